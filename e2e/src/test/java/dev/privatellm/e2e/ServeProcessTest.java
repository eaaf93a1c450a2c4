// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code serve} as a service manager meets it: what it says, and how it ends in every state of the machine. */
class ServeProcessTest {

    /** The drain time of the documents below, and what the cloud and a busy test machine need on top of it. */
    private static final Duration END = Duration.ofSeconds(30);

    @RegisterExtension
    static final Cloud CLOUD = Cloud.booting("2s");

    @Test
    @DisplayName(
            "P1 P14 R1 without a terminal it answers, logs to stderr, and ends only on a signal, with 0; asking what there is wakes nothing")
    void servesWithoutATerminalUntilASignal() throws Exception {
        var document = Document.of("serve-asleep");
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document)) {
            assertThat(caller.get("/livez").statusCode()).isEqualTo(200);
            assertThat(caller.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(caller.get("/api/tags").body()).contains(document.model());
            assertThat(caller.get("/v1/models").body()).contains(document.model());
            assertThat(caller.get("/api/ps").statusCode()).isEqualTo(200);
        }
        assertThat(server.program().isAlive()).isTrue();

        server.program().terminate();

        assertThat(server.program().awaitExit(END)).isZero();
        assertThat(server.program().out()).isEmpty();
        assertThat(server.program().err())
                .contains("serving")
                .contains(server.url().toString());
        assertThat(CLOUD.emulator().bill(document.project())).isEmpty();
    }

    @Test
    @DisplayName(
            "R1 a signal while the machine boots ends within the drain time: held calls are told, the machine sleeps, the rule is gone")
    void endsWhileTheMachineBoots() throws Exception {
        var document = Document.of("serve-booting");
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document)) {
            var held = caller.asking("Anybody?");
            Program.patiently()
                    .until(() -> CLOUD.emulator().machines(document.project()).stream()
                            .anyMatch(machine -> machine.status().equals("RUNNING")));

            server.program().terminate();

            assertThat(server.program().awaitExit(END)).isZero();
            assertThat(held.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
            assertThat(held.get(30, TimeUnit.SECONDS).body()).contains("\"error\":\"");
        }
        assertAsleep(document);
    }

    @ParameterizedTest(name = "SIG{0}")
    @ValueSource(strings = {"TERM", "INT"})
    @DisplayName("R1 a signal while the machine serves puts it to sleep and closes the firewall")
    void endsWhileTheMachineServes(String signal) throws Exception {
        var document = Document.of("serve-serving-" + signal.toLowerCase(Locale.ROOT));
        var server = CLOUD.serve(document);
        server.wake();
        server.awaitPhase("Running");
        assertThat(CLOUD.emulator().rules(document.project())).hasSize(1);

        server.program().signal(signal);

        assertThat(server.program().awaitExit(END)).isZero();
        assertAsleep(document);
    }

    @Test
    @DisplayName(
            "R1 a signal in the middle of a stream waits for the drain time, ends the stream with an error, and the machine sleeps")
    void endsInTheMiddleOfAStream() throws Exception {
        var document = Document.of("serve-streaming", 2);
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document);
                var stream = caller.stream("[lab:endless]")) {
            server.program().terminate();

            assertThat(stream.lastLine()).startsWith("{\"error\":\"");
            assertThat(server.program().awaitExit(END)).isZero();
        }
        assertAsleep(document);
    }

    @Test
    @DisplayName(
            "R1 impatience, that is more signals while it drains, changes nothing: the answer ends in order and the machine sleeps")
    void endsInOrderHoweverManySignalsCome() throws Exception {
        var document = Document.of("serve-impatient", 3);
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document);
                var stream = caller.stream("[lab:endless]")) {
            for (var signal : new String[] {"INT", "INT", "TERM"}) {
                server.program().signal(signal);
                Program.patiently().until(() -> !caller.isWelcome());
            }

            assertThat(stream.lastLine()).startsWith("{\"error\":\"");
            assertThat(server.program().awaitExit(END)).isZero();
        }
        assertAsleep(document);
    }

    @ParameterizedTest(name = "SIG{0}")
    @ValueSource(strings = {"TERM", "INT"})
    @DisplayName("signals during an end that was asked for at the socket wait for it instead of cutting it short")
    void signalsDoNotCutAnOrderlyEndShort(String signal) throws Exception {
        var document = Document.of("serve-ending-" + signal.toLowerCase(Locale.ROOT), 2);
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document);
                var stream = caller.stream("[lab:endless]")) {
            server.stop();
            Program.patiently().until(() -> !caller.isWelcome());

            server.program().signal(signal);
            server.program().signal(signal);

            assertThat(stream.lastLine()).startsWith("{\"error\":\"");
            assertThat(server.program().awaitExit(END)).isZero();
        }
        assertThat(server.program().err()).contains("already ending");
        assertAsleep(document);
    }

    @Test
    @DisplayName("C11 C14 a request that comes while the machine stops waits until it has stopped, then wakes it")
    void wakesAMachineThatIsStopping() throws Exception {
        var document = Document.of("serve-stopping");
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document)) {
            assertThat(caller.ask("One.").statusCode()).isEqualTo(200);
            server.sleep();
            Program.patiently()
                    .until(() -> CLOUD.emulator().machines(document.project()).stream()
                            .anyMatch(machine -> machine.status().equals("STOPPING")));
            assertThat(server.status().path("phase").asString()).isNotEqualTo("Stopped");

            var answer = caller.ask("Two.");

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        assertThat(CLOUD.emulator().calls(document.project(), "Instances.Start"))
                .as("starts, none of them refused")
                .singleElement()
                .satisfies(call -> assertThat(call.path("status").asInt()).isEqualTo(200));
        assertThat(CLOUD.emulator().machines(document.project())).hasSize(1);
    }

    private static void assertAsleep(Document document) {
        assertThat(CLOUD.emulator().machines(document.project()))
                .extracting(Emulator.Machine::status)
                .containsExactly("TERMINATED");
        assertThat(CLOUD.emulator().bill(document.project())).noneMatch(Emulator.Run::lasts);
        await().atMost(Duration.ofSeconds(2))
                .until(() -> CLOUD.emulator().rules(document.project()).isEmpty());
    }
}
