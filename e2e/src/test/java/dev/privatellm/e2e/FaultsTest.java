// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the cloud, its machines and callers do wrong, and what is left of it for the caller and on the bill. */
class FaultsTest {
    private static final int MAX_RETRY_AFTER = 55;

    @RegisterExtension
    static final Cloud CLOUD = Cloud.booting("0s");

    @Test
    @DisplayName("P6 a stock-out in the first zone leads to the second, and the caller does not notice")
    void takesTheNextZone() throws Exception {
        var document = Document.of("stockout-one");
        CLOUD.emulator()
                .fault(Map.of(
                        "rpc",
                        "Instances.Insert",
                        "zone",
                        Document.FIRST_ZONE,
                        "code",
                        "ZONE_RESOURCE_POOL_EXHAUSTED"));
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document)) {
            assertThat(caller.ask("Where are you?").statusCode()).isEqualTo(200);
        }
        assertThat(CLOUD.emulator().machines(document.project()))
                .extracting(Emulator.Machine::zone)
                .containsExactly(Document.SECOND_ZONE);
        assertThat(CLOUD.emulator().bill(document.project()).stream().filter(Emulator.Run::lasts))
                .hasSize(1);
    }

    @Test
    @DisplayName(
            "P7 C2 a stock-out in every zone is said as such, with a bounded Retry-After, and leaves nothing that costs")
    void saysThatNoZoneHasAMachine() throws Exception {
        var document = Document.of("stockout-all");
        CLOUD.emulator().fault(Map.of("rpc", "Instances.Insert", "code", "ZONE_RESOURCE_POOL_EXHAUSTED"));
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document)) {
            var answer = caller.ask("Where are you?");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(error(answer.body())).contains("NoCapacity").contains("ZONE_RESOURCE_POOL_EXHAUSTED");
            assertThat(answer.headers().firstValueAsLong("Retry-After").orElseThrow())
                    .isBetween(1L, (long) MAX_RETRY_AFTER);
        }
        assertThat(CLOUD.emulator().calls(document.project(), "Instances.Insert"))
                .hasSize(2);
        assertThat(CLOUD.emulator().machines(document.project())).isEmpty();
        assertThat(CLOUD.emulator().bill(document.project())).noneMatch(Emulator.Run::lasts);
        Program.patiently()
                .until(() -> CLOUD.emulator().rules(document.project()).isEmpty());
    }

    @Test
    @DisplayName("P6 a permission that is missing is named to the caller and asked for once, not again and again")
    void namesAMissingPermission() throws Exception {
        var document = Document.of("permission");
        CLOUD.emulator().fault(Map.of("rpc", "Instances.Insert", "code", "PERMISSION_DENIED"));
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document)) {
            for (int i = 0; i < 3; i++) {
                var answer = caller.ask("May I?");
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(error(answer.body())).contains("PermissionDenied");
            }
        }
        assertThat(CLOUD.emulator().calls(document.project(), "Instances.Insert"))
                .hasSize(1);
        assertThat(server.status().path("conditions").valueStream())
                .anySatisfy(condition ->
                        assertThat(condition.path("reason").asString()).isEqualTo("PermissionDenied"));
    }

    @Test
    @DisplayName(
            "P6 a project without quota, a model that does not exist: the caller is told which before anything is made")
    void refusesBeforeTheFirstBill() throws Exception {
        var poor = Document.of("no-quota");
        CLOUD.emulator().project(Map.of("project", poor.project(), "quotas", Map.of("GPUS_ALL_REGIONS", 0)));
        var misspelt = Document.of("no-model");
        CLOUD.emulator().model("library/" + misspelt.model(), 0);

        var server = CLOUD.serve(poor);
        try (var caller = new Caller(server, poor)) {
            assertThat(error(caller.ask("May I?").body()))
                    .contains("QuotaExceeded", "GPUS_ALL_REGIONS is 0", "quotas?project=" + poor.project());
        }
        var other = CLOUD.serve(misspelt);
        try (var caller = new Caller(other, misspelt)) {
            assertThat(error(caller.ask("Who are you?").body())).contains("ModelNotFound", misspelt.model());
        }

        assertThat(CLOUD.emulator().calls(poor.project(), "Instances.Insert")).isEmpty();
        assertThat(CLOUD.emulator().calls(misspelt.project(), "Instances.Insert"))
                .isEmpty();
        assertThat(server.status().path("blocks").valueStream())
                .hasSize(2)
                .allSatisfy(block -> assertThat(block.path("code").asString()).isEqualTo("NoQuota"));
    }

    @Test
    @DisplayName("P6 an operation that is done, but with an error, made no machine; the next attempt does")
    void readsTheErrorInsideAnOperation() throws Exception {
        var document = Document.of("operation-error");
        CLOUD.emulator()
                .fault(Map.of("rpc", "Instances.Insert", "nth", 1, "when", "operation", "code", "INTERNAL_ERROR"));
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document)) {
            var answer = caller.ask("Still there?");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        assertThat(CLOUD.emulator().machines(document.project())).hasSize(1);
        assertThat(CLOUD.emulator().bill(document.project()).stream().filter(Emulator.Run::lasts))
                .hasSize(1);
    }

    @Test
    @DisplayName(
            "R7 P15 a machine stopped from outside ends the stream with an error in the caller's dialect; the next request wakes it")
    void survivesAMachineThatIsStoppedFromOutside() throws Exception {
        var document = Document.of("stopped-outside");
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document)) {
            try (var stream = caller.stream("[lab:endless]")) {
                CLOUD.emulator()
                        .stop(
                                document.project(),
                                CLOUD.emulator().machines(document.project()).getFirst());
                assertThat(error(stream.lastLine())).isNotBlank();
            }
            var answer = caller.ask("Again, please.");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        assertThat(CLOUD.emulator().machines(document.project()))
                .extracting(Emulator.Machine::status)
                .containsExactly("RUNNING");
        assertThat(CLOUD.emulator().bill(document.project()))
                .as("runs of one machine")
                .hasSize(2);
        assertThat(CLOUD.emulator().bill(document.project()).stream()
                        .map(Emulator.Run::instanceId)
                        .distinct())
                .hasSize(1);
    }

    @Test
    @DisplayName("C10 C13 an insert whose answer is lost is found again: one machine, no orphan")
    void findsTheMachineWhoseAnswerWasLost() throws Exception {
        var document = Document.of("answer-lost");
        CLOUD.emulator().fault(Map.of("rpc", "Instances.Insert", "nth", 1, "when", "after", "code", "503"));
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document)) {
            var answer = caller.ask("Did you hear me?");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        assertThat(CLOUD.emulator().machines(document.project())).hasSize(1);
        assertThat(CLOUD.emulator().bill(document.project())).hasSize(1);
    }

    @Test
    @DisplayName(
            "P6 a rule that may not be made is named, and the machine that nobody could reach does not go on costing")
    void stopsAMachineThatNobodyMayReach() throws Exception {
        var document = Document.of("rule-denied");
        CLOUD.emulator().fault(Map.of("rpc", "Firewalls.Insert", "code", "PERMISSION_DENIED"));
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document)) {
            var answer = caller.ask("Let me in.");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(error(answer.body())).contains("PermissionDenied");
        }
        Program.patiently()
                .until(() -> CLOUD.emulator().bill(document.project()).stream().noneMatch(Emulator.Run::lasts));
        assertThat(CLOUD.emulator().calls(document.project(), "Firewalls.Insert"))
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    @DisplayName(
            "R7 C10 a preempted machine ends its stream with an error; the next request is served elsewhere, and never are two billed")
    void movesOnWhenAMachineIsTakenAway() throws Exception {
        var document = Document.of("preempted");
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document)) {
            try (var stream = caller.stream("[lab:endless]")) {
                CLOUD.emulator()
                        .preempt(
                                document.project(),
                                CLOUD.emulator().machines(document.project()).getFirst());
                assertThat(error(stream.lastLine())).isNotBlank();
            }
            var answer = caller.ask("Again, please.");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        CLOUD.emulator().assertNeverTwoBilledAtATime(document.project());
        Program.patiently()
                .until(() -> CLOUD.emulator().machines(document.project()).size() == 1);
    }

    @Test
    @DisplayName("R8 a caller who leaves while held ends the hold, never the wake")
    void goesOnWakingWhenACallerLeaves() throws Exception {
        var document = Document.of("leaves-held");
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document)) {
            var leaving = caller.asking("I will not wait.");
            Program.patiently()
                    .until(() -> !CLOUD.emulator().machines(document.project()).isEmpty());
            leaving.cancel(true);
        }
        server.awaitPhase("Running");
        assertThat(server.status().path("gateway").path("held").asInt()).isZero();
        assertThat(CLOUD.emulator().answers(document.model()))
                .as("generations for nobody")
                .noneMatch(FaultsTest::isGeneration);
    }

    @Test
    @DisplayName("R8 a caller who leaves mid-stream ends the generation at once")
    void endsTheGenerationWhenItsCallerLeaves() throws Exception {
        var document = Document.of("leaves-streaming");
        var server = CLOUD.serve(document);
        try (var caller = new Caller(server, document)) {
            caller.stream("[lab:endless]").close();
        }
        await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(CLOUD.emulator().answers(document.model()))
                        .filteredOn(FaultsTest::isGeneration)
                        .singleElement()
                        .satisfies(row ->
                                assertThat(row.path("complete").asBoolean()).isFalse()));
        await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> server.status().path("gateway").path("running").asInt() == 0);
    }

    private static boolean isGeneration(JsonNode row) {
        return row.path("outputTokens").asInt(0) > 0;
    }

    private static String error(String body) {
        return JsonMapper.shared().readTree(body).path("error").asString("");
    }
}
