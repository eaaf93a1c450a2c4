// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * {@code serve} is killed after every single effect of a wake and of a sleep, started again on the same state, asked, and put to sleep. What counts is what
 * the cloud's own books say afterwards. How many effects there are is counted in a life that nobody disturbs.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillTest {
    /** What a step sees counts as seen when the step began; one takes a call to the cloud. */
    private static final Duration A_STEP = Duration.ofSeconds(1);

    @RegisterExtension
    static final Cloud CLOUD = Cloud.booting("0s");

    private List<String> undisturbed;

    @BeforeAll
    void countTheEffectsOfALifeThatNobodyDisturbs() throws Exception {
        var document = Document.fromNothing("kill-never");
        var server = CLOUD.serve(document);
        live(server, document);
        undisturbed = server.effects().stream()
                .map(effect -> effect.path("kind").asString())
                .toList();
        server.program().kill();
    }

    IntStream everyEffect() {
        return IntStream.rangeClosed(1, undisturbed.size());
    }

    @Test
    void aLifeHasTheEffectsOfAWakeAndOfASleep() {
        assertThat(undisturbed)
                .contains("ISSUE_CERTIFICATES", "UPLOAD_BUNDLE", "INSERT_INSTANCE", "OPEN_FIREWALL", "ACTIVATE_LINK")
                .contains("DRAIN_GUEST", "STOP_INSTANCE", "CLOSE_FIREWALL");
    }

    @DisplayName(
            "C10 C13 C17 S3 P8 killed after any effect, the next start has one machine, no orphan, no rule, answers, and every run is in the book once")
    @ParameterizedTest(name = "killed after effect {0}")
    @MethodSource("everyEffect")
    void endsTheSameWhereverItIsKilled(int n) throws Exception {
        var document = Document.fromNothing("kill-after-%02d".formatted(n));
        var state = CLOUD.processes().folder().resolve("state");
        var killed = killedAfter(n, document, state);
        assertThat(killed).hasSize(n);

        var server = Server.start(CLOUD.processes(), CLOUD.emulator(), document, state, Map.of());
        live(server, document);

        assertThat(server.status().path("phase").asString()).isEqualTo("Stopped");
        // The machine is down before the cloud's own operations are over; they end by themselves.
        Program.patiently().until(() -> server.status().path("operations").isEmpty());
        assertOneMachineAndNothingElse(document.project());
        assertEveryRunIsInTheBookOnce(server.runs(), CLOUD.emulator().bill(document.project()));
    }

    /** What the cloud charged for lies within what we have written down. */
    private static void assertEveryRunIsInTheBookOnce(List<JsonNode> book, List<Emulator.Run> bill) {
        assertThat(book).extracting(run -> run.path("id").asLong()).doesNotHaveDuplicates();
        assertThat(bill)
                .allSatisfy(charged -> assertThat(book).anySatisfy(run -> {
                    assertThat(Instant.parse(run.path("start").asString())).isBeforeOrEqualTo(charged.from());
                    assertThat(Instant.parse(run.path("end").asString()))
                            .isAfterOrEqualTo(charged.to().minus(A_STEP));
                }));
    }

    private List<JsonNode> killedAfter(int n, Document document, Path state) throws IOException {
        var server = Server.start(
                CLOUD.processes(),
                CLOUD.emulator(),
                document,
                state,
                Map.of("PRIVATE_LLM_PAUSE_AFTER_EFFECT", String.valueOf(n)));
        try (var caller = new Caller(server, document)) {
            var answer = caller.asking("Is anybody there?");
            Program.patiently().until(() -> answer.isDone() || server.effects().size() >= n);
            if (server.effects().size() < n) {
                server.sleepUnheard();
                server.awaitEffects(n);
            }
            server.program().kill();
        }
        return server.effects();
    }

    /** A question, its answer, sleep. */
    private void live(Server server, Document document) throws Exception {
        try (var caller = new Caller(server, document)) {
            var answer = caller.ask("Is anybody there?");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"done\":true");
        }
        server.sleep();
        Program.patiently().untilAsserted(() -> assertAsleep(document.project()));
        server.awaitPhase("Stopped");
    }

    private void assertAsleep(String project) {
        assertThat(CLOUD.emulator().machines(project))
                .extracting(Emulator.Machine::status)
                .containsExactly("TERMINATED");
        assertThat(CLOUD.emulator().rules(project)).isEmpty();
        assertThat(CLOUD.emulator().secretVersions(project)).isLessThanOrEqualTo(2);
    }

    private void assertOneMachineAndNothingElse(String project) {
        assertAsleep(project);
        var bill = CLOUD.emulator().bill(project);
        assertThat(bill)
                .extracting(Emulator.Run::instanceId)
                .as("machines ever made")
                .containsOnly(bill.getFirst().instanceId());
        assertThat(bill).as("runs that still cost").noneMatch(Emulator.Run::lasts);
        CLOUD.emulator().assertNeverTwoBilledAtATime(project);
    }
}
