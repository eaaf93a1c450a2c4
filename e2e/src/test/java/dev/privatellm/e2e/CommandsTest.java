// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

/** Commands as a shell meets them: exit codes, what is said, and that a start that fails has touched nothing. */
class CommandsTest {
    @RegisterExtension
    static final Cloud CLOUD = Cloud.booting("0s");

    @Test
    @DisplayName("P1 a port that is taken is exit 5 and names who has it")
    void namesTheHolderOfAPort() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var document = Document.of("port-taken");
            var serve = Server.launch(
                    CLOUD.processes(),
                    CLOUD.emulator(),
                    document,
                    CLOUD.processes().folder().resolve("state"),
                    taken.getLocalPort(),
                    Map.of());

            assertThat(serve.awaitExit(Program.PATIENCE)).isEqualTo(5);
            assertThat(serve.err())
                    .contains("port " + taken.getLocalPort())
                    .contains("pid " + ProcessHandle.current().pid())
                    .contains("docs/errors/PortTaken.md");
        }
    }

    @Test
    @DisplayName("P1 a state folder in use is exit 5 and names the process; one that cannot be written is exit 8")
    void refusesAStateFolderThatItCannotHave() throws Exception {
        var document = Document.of("state-folder");
        var first = CLOUD.serve(document);

        var second = Server.launch(CLOUD.processes(), CLOUD.emulator(), document, first.state(), 0, Map.of());
        assertThat(second.awaitExit(Program.PATIENCE)).isEqualTo(5);
        assertThat(second.err()).contains("process " + first.program().pid()).contains("docs/errors/StateInUse.md");

        var file = Files.writeString(CLOUD.processes().folder().resolve("file"), "");
        var third = Server.launch(CLOUD.processes(), CLOUD.emulator(), document, file.resolve("state"), 0, Map.of());
        assertThat(third.awaitExit(Program.PATIENCE)).isEqualTo(8);
        assertThat(third.err()).contains(file.toString()).contains("docs/errors/StateUnwritable.md");
        assertThat(first.program().isAlive()).isTrue();
    }

    @Test
    @DisplayName("U3 an invalid document is exit 2 with every offence, and the cloud is not called")
    void saysEveryOffenceOfADocument() throws Exception {
        var file = Files.writeString(
                CLOUD.processes().folder().resolve("wrong.yaml"),
                Document.of("wrong-document")
                        .yaml()
                        .replace("idleTimeoutSeconds: 0", "idleTimeoutSeconds: 5")
                        .replace("parallel: 8", "paralel: 8")
                        .replace("provisioning: Spot", "provisioning: Cheap"));
        int before = CLOUD.emulator().journal().size();

        var serve = CLOUD.processes()
                .start(
                        "serve",
                        Map.of(
                                "GOOGLE_APPLICATION_CREDENTIALS",
                                CLOUD.emulator().credentials().toString()),
                        "serve",
                        "--file",
                        file.toString(),
                        "--state",
                        CLOUD.processes().folder().resolve("state").toString(),
                        "--gcp-endpoint",
                        CLOUD.emulator().uri().toString());

        assertThat(serve.awaitExit(Program.PATIENCE)).isEqualTo(2);
        assertThat(serve.err())
                .contains("spec.power.idleTimeoutSeconds: 5")
                .contains("spec.model.paralel")
                .contains("spec.placement.provisioning: Cheap")
                .contains("docs/errors/InvalidSpec.md");
        assertThat(CLOUD.emulator().journal()).hasSize(before);
    }

    @Test
    @DisplayName(
            "S2 with another endpoint only a key of that endpoint is used: a key of Google's own, or none, is refused")
    void refusesForeignCredentials() throws Exception {
        var document = Document.of("credentials");
        var key = JsonMapper.shared().readTree(Files.readString(CLOUD.emulator().credentials()));
        var foreign = Files.writeString(
                CLOUD.processes().folder().resolve("foreign.json"),
                key.toString()
                        .replaceAll(
                                "\"token_uri\":\"[^\"]*\"", "\"token_uri\":\"https://oauth2.googleapis.com/token\""));
        int before = CLOUD.emulator().journal().size();

        for (var path : new String[] {foreign.toString(), ""}) {
            var serve = Server.launch(
                    CLOUD.processes(),
                    CLOUD.emulator(),
                    document,
                    CLOUD.processes().folder().resolve("state"),
                    0,
                    Map.of("GOOGLE_APPLICATION_CREDENTIALS", path));
            assertThat(serve.awaitExit(Program.PATIENCE)).as(serve.err()).isEqualTo(4);
            assertThat(serve.err()).contains("CredentialsRejected");
        }
        assertThat(CLOUD.emulator().journal()).hasSize(before);
    }

    @Test
    @DisplayName(
            "C14 status, wake and sleep speak to the one that runs, and wait for what the cloud says; with none running they are exit 5")
    void speaksToTheOneThatRuns() throws Exception {
        var document = Document.of("commands");
        var state = CLOUD.processes().folder().resolve("commands").toString();
        for (var command : new String[] {"status", "wake", "sleep"}) {
            var nobody = CLOUD.processes().start(command, Map.of(), command);
            assertThat(nobody.awaitExit(Program.PATIENCE)).isEqualTo(5);
            assertThat(nobody.err()).contains("no serve or demo is running");
        }
        CLOUD.serve(document);

        assertThat(run("status", "--state", state, "-o", "json").out())
                .contains("\"phase\" : \"Stopped\"")
                .contains("\"status\" : \"True\"");
        assertThat(run("wake", "--wait", "--state", state).err()).contains("Running");
        assertThat(CLOUD.emulator().machines(document.project()))
                .extracting(Emulator.Machine::status)
                .containsExactly("RUNNING");
        assertThat(run("status", "--state", state).out()).startsWith("Running");
        assertThat(run("sleep", "--wait", "--state", state).err()).contains("Stopped");
        assertThat(CLOUD.emulator().machines(document.project()))
                .extracting(Emulator.Machine::status)
                .containsExactly("TERMINATED");
    }

    @Test
    @DisplayName(
            "R9 a wake that is waited for in vain says so with an exit code; once the cause is gone the next one is not told the old failure")
    void doesNotWaitForAWakeThatHasFailed() throws Exception {
        var document = Document.of("wake-in-vain");
        CLOUD.emulator().fault(Map.of("rpc", "Instances.Insert", "code", "PERMISSION_DENIED"));
        var server = CLOUD.serve(document);
        var state = server.state().toString();

        var inVain = CLOUD.processes().start("wake", Map.of(), "wake", "--wait", "--state", state);
        assertThat(inVain.awaitExit(Program.PATIENCE)).isEqualTo(4);
        assertThat(inVain.err()).contains("PermissionDenied");

        CLOUD.emulator().mend();
        run("wake", "--wait", "--state", state);
        assertThat(CLOUD.emulator().machines(document.project()))
                .extracting(Emulator.Machine::status)
                .containsExactly("RUNNING");
    }

    @Test
    @DisplayName("a tour with an engine that nobody has started is exit 5, with a model that it does not have exit 2")
    void saysWhatIsWrongWithAnEngine() throws Exception {
        var document = Document.of("tour-engine");
        var url = CLOUD.serve(document).url().toString();
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        var nobody = tour(document, "http://127.0.0.1:" + free, "tiny");
        var other = tour(document, url, "no-such-model");

        assertThat(nobody.awaitExit(Program.PATIENCE)).as(nobody::log).isEqualTo(5);
        assertThat(nobody.err()).contains("nobody answers at http://127.0.0.1:" + free);
        assertThat(other.awaitExit(Program.PATIENCE)).as(other::log).isEqualTo(2);
        assertThat(other.err()).contains("does not have the model no-such-model");
    }

    private static Program tour(Document document, String engine, String model) throws Exception {
        var folder = CLOUD.processes().folder();
        return CLOUD.processes()
                .start(
                        "demo",
                        Map.of(),
                        "demo",
                        "--once",
                        "--port",
                        "0",
                        "--file",
                        document.write(folder).toString(),
                        "--state",
                        Files.createTempDirectory(folder, "demo").toString(),
                        "--engine",
                        engine,
                        "--model",
                        model);
    }

    private Program run(String... command) throws Exception {
        var program = CLOUD.processes().start(command[0], Map.of(), command);
        assertThat(program.awaitExit(Program.PATIENCE)).as(program.err()).isZero();
        return program;
    }
}
