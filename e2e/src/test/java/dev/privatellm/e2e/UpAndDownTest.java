// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code up} makes everything, {@code down} takes everything away; what counts is what the cloud has on its books. */
class UpAndDownTest {
    @RegisterExtension
    static final Cloud CLOUD = Cloud.booting("0s");

    @Test
    @DisplayName(
            "C13 C14 P18 up makes network, subnet, account, bucket, archive, secret and machine; down leaves none of them, and up makes them again")
    void leavesNothingBehind() throws Exception {
        var document = Document.fromNothing("up-and-down");
        var server = CLOUD.serve(document);

        assertThat(command(server, "up", "--wait").awaitExit(Program.PATIENCE)).isZero();

        assertThat(kinds(document))
                .containsExactlyInAnyOrder("network", "subnet", "account", "bucket", "archive", "secret", "rule");
        assertThat(CLOUD.emulator().machines(document.project())).hasSize(1);
        var recorded = server.status()
                .path("external")
                .valueStream()
                .map(part -> part.path("kind").asString())
                .toList();
        assertThat(recorded)
                .containsExactly(
                        "APIS",
                        "NETWORK",
                        "SUBNET",
                        "KEY",
                        "KEY_USE",
                        "ACCOUNT",
                        "BUCKET",
                        "ARCHIVE",
                        "BUCKET_ACCESS",
                        "SECRET",
                        "SECRET_ACCESS");

        var down = command(server, "down", "--yes", "--wait");

        assertThat(down.awaitExit(Program.PATIENCE)).as(down::log).isZero();
        assertThat(CLOUD.emulator().standing(document.project())).isEmpty();
        assertThat(CLOUD.emulator().machines(document.project())).isEmpty();
        assertThat(CLOUD.emulator().bill(document.project())).noneMatch(Emulator.Run::lasts);
        // An account that was made a moment ago may be unknown elsewhere for another, and is granted its right then.
        assertThat(server.program().log().lines().filter(line -> line.contains("failed")))
                .allMatch(line -> line.contains("BUCKET_ACCESS") && line.contains("does not exist"));
        var asleep = command(server, "sleep", "--wait");
        assertThat(asleep.awaitExit(Program.PATIENCE)).as(asleep::log).isZero();
        try (var caller = new Caller(server, document)) {
            var refused = caller.ask("Is anybody there?");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("private-llm up");

            assertThat(command(server, "up", "--wait").awaitExit(Program.PATIENCE))
                    .isZero();

            assertThat(caller.ask("And now?").statusCode()).isEqualTo(200);
        }
        CLOUD.emulator().assertNeverTwoBilledAtATime(document.project());
    }

    @Test
    @DisplayName("U5 down without a terminal and without --yes removes nothing, and names what it would")
    void asksFirst() throws Exception {
        var document = Document.fromNothing("down-asks");
        var server = CLOUD.serve(document);
        server.wake();
        server.awaitPhase("Running");

        var down = command(server, "down");

        assertThat(down.awaitExit(Program.PATIENCE)).isEqualTo(2);
        assertThat(down.err())
                .contains("--yes", "models", "goes   secret pllm-", "goes   network pllm-", "stays  key pllm-")
                .doesNotContain("goes   key");
        assertThat(server.status().path("phase").asString()).isEqualTo("Running");
    }

    @Test
    @DisplayName(
            "P19 down --keep-data stops the machine and closes the firewall, names what stays with its price, and up takes it up again; --delete-kms leaves no price at all")
    void keepsTheData() throws Exception {
        var document = Document.fromNothing("down-keeps");
        var server = CLOUD.serve(document);
        server.wake();
        server.awaitPhase("Running");

        var down = command(server, "down", "--keep-data", "--yes", "--wait");

        assertThat(down.awaitExit(Program.PATIENCE)).as(down::log).isZero();
        assertThat(down.err())
                .contains("stops  machine pllm-", "stays  secret pllm-", "stays  key pllm-")
                .containsPattern("costs  disk .* USD a month")
                .containsPattern("costs  key pllm-.*: 1\\.00 USD a month for each of its versions");
        assertThat(kinds(document))
                .containsExactlyInAnyOrder("network", "subnet", "account", "bucket", "archive", "secret");
        assertThat(CLOUD.emulator().machines(document.project())).hasSize(1);
        assertThat(CLOUD.emulator().bill(document.project())).noneMatch(Emulator.Run::lasts);
        try (var caller = new Caller(server, document)) {
            assertThat(caller.ask("Is anybody there?").statusCode()).isEqualTo(503);
            assertThat(command(server, "up", "--wait").awaitExit(Program.PATIENCE))
                    .isZero();
            assertThat(caller.ask("And now?").statusCode()).isEqualTo(200);
        }
        assertThat(CLOUD.emulator().bill(document.project())).hasSize(2);
        var removal = command(server, "down", "--delete-kms", "--yes", "--wait");
        assertThat(removal.awaitExit(Program.PATIENCE)).as(removal::log).isZero();
        assertThat(removal.err()).contains("goes   every version of key pllm-").doesNotContain("costs");
        assertThat(CLOUD.emulator().journal())
                .extracting(call -> call.path("rpc").asString())
                .contains("KeyManagementService.DestroyCryptoKeyVersion");
        assertThat(server.status().path("external").size()).as("APIs alone").isEqualTo(1);
        CLOUD.emulator().assertNeverTwoBilledAtATime(document.project());
    }

    @Test
    @DisplayName("C13 S3 killed in the middle of a removal, the next start finds what is left and down ends it")
    void aRemovalThatWasKilledIsEndedByTheNext() throws Exception {
        var document = Document.fromNothing("down-killed");
        var state = CLOUD.processes().folder().resolve("state");
        var first = Server.start(CLOUD.processes(), CLOUD.emulator(), document, state, Map.of());
        first.wake();
        first.awaitPhase("Running");
        int effects = first.effects().size();
        first.program().kill();
        // Drained, stopped, rule closed, machine deleted; then it stands still, with all the rest still there.
        var second = Server.start(
                CLOUD.processes(),
                CLOUD.emulator(),
                document,
                state,
                Map.of("PRIVATE_LLM_PAUSE_AFTER_EFFECT", String.valueOf(effects + 4)));
        var down = command(second, "down", "--yes");
        second.awaitEffects(effects + 4);
        second.program().kill();
        assertThat(CLOUD.emulator().standing(document.project())).isNotEmpty();

        var third = Server.start(CLOUD.processes(), CLOUD.emulator(), document, state, Map.of());
        assertThat(command(third, "down", "--yes", "--wait").awaitExit(Program.PATIENCE))
                .isZero();

        assertThat(CLOUD.emulator().standing(document.project())).isEmpty();
        assertThat(CLOUD.emulator().machines(document.project())).isEmpty();
        assertThat(down.awaitExit(Duration.ofSeconds(30))).isNotNegative();
    }

    @Test
    @DisplayName("C13 without a serve up makes everything and leaves it asleep, and down takes it away again")
    void worksWithoutAServe() throws Exception {
        var document = Document.fromNothing("up-alone");

        var up = alone(document, "up", "--yes");

        assertThat(up.awaitExit(Program.PATIENCE)).as(up::log).isZero();
        assertThat(up.err()).contains("create   ", "Running: ", "Stopped: ");
        assertThat(CLOUD.emulator().machines(document.project())).hasSize(1);
        assertThat(CLOUD.emulator().bill(document.project())).noneMatch(Emulator.Run::lasts);
        assertThat(kinds(document)).contains("secret").doesNotContain("rule");

        var unsure = alone(document, "down");
        assertThat(unsure.awaitExit(Program.PATIENCE)).isEqualTo(2);
        assertThat(unsure.err()).contains("goes   machine pllm-", "goes   secret", "stays  key", "--yes");
        assertThat(CLOUD.emulator().machines(document.project())).hasSize(1);

        var down = alone(document, "down", "--yes");

        assertThat(down.awaitExit(Program.PATIENCE)).as(down::log).isZero();
        assertThat(down.err()).contains("Pending: ");
        assertThat(CLOUD.emulator().standing(document.project())).isEmpty();
        assertThat(CLOUD.emulator().machines(document.project())).isEmpty();
        CLOUD.emulator().assertNeverTwoBilledAtATime(document.project());
    }

    @Test
    @DisplayName("C15 fields given to up are written to the document and change what runs: the model, the machine not")
    void changesWhatRuns() throws Exception {
        var document = Document.fromNothing("up-changes");
        var server = CLOUD.serve(document);
        server.wake();
        server.awaitPhase("Running");
        var boot = server.status().path("machine").path("bootId").asString();
        var file = CLOUD.processes().folder().resolve(document.project() + ".yaml");

        var refused = alone(server, "up", "--yes", "--key-algorithm", "ECDSA_P384", "--wait");
        assertThat(refused.awaitExit(Program.PATIENCE)).as(refused::log).isEqualTo(2);
        assertThat(refused.err()).contains("spec.security.keyAlgorithm", "start it anew");
        assertThat(file).hasContent(document.yaml());
        var unknown = alone(server, "up", "--yes", "-idle-timeout", "soon");
        assertThat(unknown.awaitExit(Program.PATIENCE)).isEqualTo(2);
        assertThat(unknown.err()).contains("spec.power.idleTimeoutSeconds", "soon", "expected");
        assertThat(file).hasContent(document.yaml());

        var up = alone(server, "up", "--yes", "--wait", "-default-model", "other:2b", "--idle-timeout-seconds", "900");

        assertThat(up.awaitExit(Program.PATIENCE)).as(up::log).isZero();
        assertThat(Files.readString(file)).contains("name: other:2b", "idleTimeoutSeconds: 900");
        try (var caller = new Caller(server, document)) {
            assertThat(caller.get("/api/tags").body()).contains("other:2b").doesNotContain(document.model());
        }
        assertThat(server.status().path("machine").path("bootId").asString()).isEqualTo(boot);
        assertThat(CLOUD.emulator().bill(document.project())).hasSize(1);
    }

    /** A command beside that serve, with the file that it was given. */
    private static Program alone(Server server, String... words) throws Exception {
        return run(
                server.state(),
                CLOUD.processes().folder().resolve(server.state().getFileName() + ".yaml"),
                words);
    }

    /** A command where nobody serves. */
    private static Program alone(Document document, String... words) throws Exception {
        return run(
                CLOUD.processes().folder().resolve(document.project()),
                document.write(CLOUD.processes().folder()),
                words);
    }

    private static Program run(Path state, Path file, String... words) throws Exception {
        var arguments = new ArrayList<>(Arrays.asList(words));
        arguments.addAll(List.of(
                "--state", state.toString(),
                "--file", file.toString(),
                "--gcp-endpoint", CLOUD.emulator().uri().toString()));
        return CLOUD.processes()
                .start(
                        words[0],
                        Map.of(
                                "GOOGLE_APPLICATION_CREDENTIALS",
                                CLOUD.emulator().credentials().toString()),
                        arguments.toArray(String[]::new));
    }

    private static List<String> kinds(Document document) {
        return CLOUD.emulator().standing(document.project()).stream()
                .map(part -> part.substring(0, part.indexOf(' ')))
                .toList();
    }

    private static Program command(Server server, String... words) throws Exception {
        var arguments = new ArrayList<>(Arrays.asList(words));
        arguments.addAll(List.of("--state", server.state().toString()));
        return CLOUD.processes().start(words[0], Map.of(), arguments.toArray(String[]::new));
    }
}
