// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProofTest {

    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    private static final Duration BOOT = Duration.ofSeconds(20);
    private static final List<String> PATHS = List.of(
            "/api/chat",
            "/api/generate",
            "/api/embed",
            "/v1/chat/completions",
            "/v1/chat/completions",
            "/v1/responses",
            "/v1/embeddings",
            "/v1/messages",
            "/v1/messages");

    private final List<TourAnswer> answers = new ArrayList<>();
    private final Map<String, CountedUsage.Counted> counts = new HashMap<>();
    private final List<EngineCount> engine = new ArrayList<>();
    private CloudRecord.Outbound outbound = new CloudRecord.Outbound(5_000, true, 0, OptionalInt.of(0));
    private int created = 1;
    private int starts = 1;
    private int running;
    private int rules;
    private int versions = 2;
    private double seconds = 85;
    private List<String> recorded = List.of("network", "subnet", "account", "secret");
    private List<String> made = List.of("secret", "network", "subnet", "account");
    private List<String> left = List.of();
    private Optional<Proof.OwnBill> own = Optional.empty();

    ProofTest() {
        for (int i = 0; i < PATHS.size(); i++) {
            boolean embeds = PATHS.get(i).contains("embed");
            OptionalLong output = embeds ? OptionalLong.empty() : OptionalLong.of(20 + i);
            answers.add(answer(i, Optional.empty()));
            counts.put("r" + i, new CountedUsage.Counted(OptionalLong.of(10 + i), output, "exact"));
            engine.add(new EngineCount(
                    PATHS.get(i), OptionalLong.of(10 + i), output, 200, START.plusMillis(20_700 + i), true));
        }
        engine.add(new EngineCount(
                "/api/generate", OptionalLong.empty(), OptionalLong.empty(), 200, START.plusSeconds(19), true));
        engine.add(new EngineCount(
                "/api/tags", OptionalLong.empty(), OptionalLong.empty(), 200, START.plusSeconds(18), true));
    }

    private static TourAnswer answer(int i, Optional<String> problem) {
        return new TourAnswer(
                "OpenAI",
                PATHS.get(i),
                i % 2 == 0,
                "r" + i,
                200,
                START.plusMillis(i),
                Duration.ofMillis(20_800),
                "Some words",
                SeenUsage.NONE,
                problem);
    }

    private TourReport report() {
        CloudRecord cloud = new CloudRecord(
                created, starts, running, seconds, seconds * 2.5 / 3600, rules, versions, 40, engine, outbound);
        return new Proof(BOOT, own)
                .report(answers, counts, cloud, new Footprint(recorded, made, left), START.plusSeconds(100));
    }

    private void assertOnlyDifference(String claim) {
        assertThat(report().differences()).extracting(Claim::claim).containsExactly(claim);
    }

    @Test
    void sumsUpWhatWasMadeAndWhatIsLeft() {
        made = List.of("network", "subnet", "secret");
        assertOnlyDifference("made for the machine");

        made = recorded;
        left = List.of("secret");
        assertOnlyDifference("left after private-llm down");

        recorded = List.of();
        made = List.of();
        left = List.of();
        assertOnlyDifference("made for the machine");
    }

    @Test
    void holdsWhenTheRecordsAgree() {
        TourReport report = report();

        assertThat(report.differences()).isEmpty();
        assertThat(report.proof()).hasSize(14);
        assertThat(report.overheadMs()).isEqualTo(700);
        assertThat(report.proof().get(2).seen()).isEqualTo("9 of 9");
    }

    @Test
    void namesASecondMachine() {
        created = 2;
        assertOnlyDifference("machines created");
    }

    @Test
    void namesASecondWake() {
        starts = 2;
        assertOnlyDifference("wakes");
    }

    @Test
    void namesAMachineLeftRunning() {
        running = 1;
        assertOnlyDifference("machines running");
    }

    @Test
    void namesAFirewallRuleLeftOpen() {
        rules = 1;
        assertOnlyDifference("firewall rules");
    }

    @Test
    void namesSecretVersionsThatPileUp() {
        versions = 3;
        assertOnlyDifference("secret versions");
    }

    @Test
    @DisplayName("S1 a private key among the outbound bytes is a difference, unless it was meant to be there")
    void anyPrivateKeyThatLeftIsADifference() {
        outbound = new CloudRecord.Outbound(5_000, true, 0, OptionalInt.of(1));
        assertOnlyDifference("private keys in any outbound byte");
        outbound = new CloudRecord.Outbound(5_000, true, 0, OptionalInt.empty());
        assertThat(report().differences()).isEmpty();
    }

    @Test
    void namesAKeyThatLeft() {
        outbound = new CloudRecord.Outbound(5_000, true, 1, OptionalInt.of(0));
        assertOnlyDifference("CA key found in any outbound byte");
    }

    @Test
    void doesNotCallARecordingCleanThatIsEmptyOrIncomplete() {
        outbound = new CloudRecord.Outbound(0, true, 0, OptionalInt.of(0));
        assertOnlyDifference("CA key found in any outbound byte");
        outbound = new CloudRecord.Outbound(5_000, false, 0, OptionalInt.of(0));
        assertOnlyDifference("CA key found in any outbound byte");
    }

    @Test
    void namesAnAnswerInBadForm() {
        answers.set(4, answer(4, Optional.of("no finish reason")));
        assertOnlyDifference("answered");
        assertThat(report().differences().getFirst().seen()).contains("8 of 9", "no finish reason");
    }

    @Test
    void namesAnAnswerThatTheEngineDidNotFinish() {
        EngineCount last = engine.get(8);
        engine.set(
                8, new EngineCount(last.path(), last.inputTokens(), last.outputTokens(), 200, last.startedAt(), false));
        assertOnlyDifference("answered");
    }

    @Test
    void namesACountThatDiffersThoughTheSumsAgree() {
        counts.put("r3", new CountedUsage.Counted(OptionalLong.of(14), OptionalLong.of(23), "exact"));
        counts.put("r5", new CountedUsage.Counted(OptionalLong.of(14), OptionalLong.of(25), "exact"));
        assertOnlyDifference("tokens counted = tokens the engine reports");
    }

    @Test
    void namesACountThatIsNotExact() {
        counts.put("r3", new CountedUsage.Counted(OptionalLong.of(13), OptionalLong.of(23), "estimated"));
        assertOnlyDifference("tokens counted = tokens the engine reports");
    }

    @Test
    void namesACountThatIsMissing() {
        counts.remove("r3");
        assertOnlyDifference("tokens counted = tokens the engine reports");
        assertThat(report().requests().get(3).inputTokens()).isNull();
        assertThat(report().requests().get(3).confidence()).isEqualTo("none");
    }

    @Test
    void namesABillForLongerThanTheTourTook() {
        seconds = 110;
        assertOnlyDifference("seconds billed");
    }

    @Test
    void namesABillThatDiffersFromOurOwnAccount() {
        own = Optional.of(new Proof.OwnBill(85.5, 85.5 * 2.5 / 3600));
        assertThat(report().differences()).isEmpty();

        own = Optional.of(new Proof.OwnBill(60, 60 * 2.5 / 3600));
        assertThat(report().differences()).extracting(Claim::claim).containsExactly("seconds billed", "cost (USD)");
    }

    @Test
    void namesADelayThatIsNotTheMachines() {
        engine.replaceAll(row -> new EngineCount(
                row.path(),
                row.inputTokens(),
                row.outputTokens(),
                row.status(),
                row.startedAt().plusSeconds(61),
                row.complete()));
        assertOnlyDifference("overhead beyond the machine's own boot (ms)");
    }

    @Test
    void isOneDocumentOfTheDocumentedForm() {
        JsonNode json = JsonMapper.shared().readTree(JsonMapper.shared().writeValueAsString(report()));

        assertThat(json.propertyNames()).containsExactlyInAnyOrder("schema", "requests", "proof", "overheadMs", "cost");
        assertThat(json.path("requests").get(0).propertyNames())
                .containsExactlyInAnyOrder(
                        "api", "path", "streamed", "waitSeconds", "inputTokens", "outputTokens", "confidence");
        assertThat(json.path("proof").get(0).propertyNames())
                .containsExactlyInAnyOrder("claim", "expected", "seen", "ok");
        assertThat(json.at("/requests/2/outputTokens").isNull()).isTrue();
    }

    @Test
    void isShownToPeopleWithEveryClaimAndTheVerdict() {
        rules = 1;
        String table = TourTable.of(report());

        assertThat(table.lines()).hasSize(10 + 1 + 15 + 1 + 1);
        assertThat(table).contains("✗  firewall rules", "1 claim does not hold.", "Some words", "(stream)");
    }
}
