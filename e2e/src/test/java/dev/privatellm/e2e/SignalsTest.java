// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ctrl-C and its like at every command but {@code serve}, which {@link ServeProcessTest} ends. */
class SignalsTest {
    private static final Duration END = Duration.ofSeconds(30);

    /** Its machines boot for longer than any of these tests looks at them. */
    @RegisterExtension
    static final Cloud CLOUD = Cloud.booting("60s");

    @ParameterizedTest(name = "SIG{0}")
    @ValueSource(strings = {"INT", "TERM"})
    @DisplayName(
            "a signal to a demo ends its stream, puts its machine to sleep, closes the firewall, prints the bill and is exit 0")
    void demoEndsInOrderWithABill(String signal) throws Exception {
        var document = Document.of("signal-demo-" + signal.toLowerCase(Locale.ROOT), 1);
        var state = CLOUD.processes().folder().resolve("demo");
        var demo = demo(document, "--boot", "0s", "--state", state.toString());
        var server = Server.of(demo, state);
        try (var caller = new Caller(server, document);
                var stream = caller.stream("[lab:endless]")) {
            var machines = demo.children();

            demo.signal(signal);

            assertThat(stream.lastLine()).startsWith("{\"error\":\"");
            assertThat(demo.awaitExit(END)).as(demo::log).isZero();
            assertThat(machines).isNotEmpty().noneMatch(ProcessHandle::isAlive);
        }
        assertThat(demo.err())
                .contains("asleep; the firewall is closed")
                .containsPattern("run 1: g2-standard-8 in europe-west4-a, \\d+\\.\\d s, 0\\.\\d+ USD")
                .containsPattern("bill: \\d+\\.\\d machine seconds, 0\\.\\d+ USD");
        assertThat(server.effects())
                .extracting(effect -> effect.path("kind").asString())
                .containsSubsequence("DRAIN_GUEST", "CLOSE_FIREWALL", "STOP_INSTANCE");
    }

    @ParameterizedTest(name = "SIG{0}")
    @ValueSource(strings = {"INT", "TERM"})
    @DisplayName("a tour that is interrupted has proved nothing: exit 130, and its machine is gone")
    void interruptedTourIsNoSuccess(String signal) throws Exception {
        var tour = demo(Document.of("signal-tour-" + signal.toLowerCase(Locale.ROOT)), "--once", "--boot", "5s");
        Program.patiently().until(() -> !tour.children().isEmpty() || !tour.isAlive());
        var machines = tour.children();

        tour.signal(signal);

        assertThat(tour.awaitExit(END)).as(tour::log).isEqualTo(130);
        assertThat(tour.err()).doesNotContain("internal error").doesNotContain("✓");
        assertThat(machines).isNotEmpty().noneMatch(ProcessHandle::isAlive);
    }

    @ParameterizedTest(name = "SIG{0}")
    @ValueSource(strings = {"INT", "TERM"})
    @DisplayName("a signal to the emulator is exit 0, and nothing of it is left")
    void emulatorEndsInOrder(String signal) throws Exception {
        var emulator = Emulator.start(CLOUD.processes(), "0s");
        assertThat(emulator.credentials()).isRegularFile();

        emulator.program().signal(signal);

        assertThat(emulator.program().awaitExit(END)).isZero();
        assertThat(Files.exists(emulator.credentials().getParent())).isFalse();
    }

    @ParameterizedTest(name = "SIG{0} is exit {1}")
    @CsvSource({"INT, 130", "TERM, 143"})
    @DisplayName("a signal to a command that waits ends the waiting, never the wake")
    void waitingEndsAndTheWakeGoesOn(String signal, int exit) throws Exception {
        var server = CLOUD.serve(Document.of("signal-wake-" + signal.toLowerCase(Locale.ROOT)));
        var wake = CLOUD.processes()
                .start(
                        "wake",
                        Map.of(),
                        "wake",
                        "--wait",
                        "--state",
                        server.state().toString());
        Program.patiently().until(() -> wake.err().contains("Starting: ") || !wake.isAlive());

        wake.signal(signal);

        assertThat(wake.awaitExit(END)).as(wake::log).isEqualTo(exit);
        assertThat(server.status().path("phase").asString()).isIn("Starting", "Booting");
    }

    private static Program demo(Document document, String... more) throws Exception {
        var arguments = new ArrayList<>(List.of(
                "demo",
                "--port",
                "0",
                "--file",
                document.write(CLOUD.processes().folder()).toString()));
        arguments.addAll(List.of(more));
        return CLOUD.processes().start("demo", Map.of(), arguments.toArray(String[]::new));
    }
}
