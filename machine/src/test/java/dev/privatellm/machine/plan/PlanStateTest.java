// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.Block;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Scheduling;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.power.MachineState;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

final class PlanStateTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123456Z");
    private static final Zone ZONE = new Zone("us-central1-a");
    private static final Offering OFFERING = new Offering(ProvisioningModel.SPOT, "g2-standard-8", ZONE);

    static Stream<MachineState> states() {
        return Stream.of(
                new MachineState.Absent(NOW),
                new MachineState.Creating(NOW, NOW, true),
                new MachineState.Starting(NOW, NOW, false),
                new MachineState.Booting(NOW, NOW, false),
                new MachineState.Warming(NOW, NOW, true, "pulling", 40, NOW),
                new MachineState.Serving(NOW, Optional.of(NOW)),
                new MachineState.Draining(NOW, NOW, "IdleTimeout", false, NOW, 2),
                new MachineState.Stopping(NOW, "IdleTimeout", true),
                new MachineState.Stopped(NOW),
                new MachineState.Preempted(NOW),
                new MachineState.Suspended(NOW),
                new MachineState.Deleting(NOW, "x"),
                new MachineState.Failed(NOW, "NoCapacity", "m", 2, Optional.of(NOW), 7),
                new MachineState.Unknown(NOW, new MachineState.Stopped(NOW)));
    }

    @ParameterizedTest
    @MethodSource("states")
    void comesBackFromJsonAsItWas(MachineState power) {
        PlanState state = full(power);
        JsonMapper json = JsonMapper.shared();

        String text = json.writeValueAsString(state);

        assertThat(json.readValue(text, PlanState.class)).isEqualTo(state);
        assertThat(text).contains("\"state\":\"" + power.getClass().getSimpleName() + "\"", "\"us-central1-a\"");
    }

    private static PlanState full(MachineState power) {
        Machine machine = new Machine(
                new InstanceId(ZONE, new InstanceName("pllm-0123456789ab")),
                OFFERING,
                Optional.of("123"),
                Optional.of("203.0.113.7"),
                8080,
                Optional.of("boot-1"),
                NOW,
                true,
                Optional.of(new Made(
                        "network",
                        "subnet",
                        "image",
                        "account",
                        128,
                        true,
                        true,
                        8080,
                        Optional.of(Scheduling.stoppedAfter(Duration.ofDays(1))))));
        Certificates certificates = new Certificates(
                3,
                "name",
                Optional.of("ab".repeat(32)),
                "cd".repeat(32),
                NOW,
                Optional.of("projects/p/secrets/s/versions/3"),
                Optional.of(new Certificates.Request("3-" + "0".repeat(32), Optional.of("ef".repeat(32)))),
                Optional.of("12".repeat(32)),
                Optional.of(NOW),
                Optional.of(NOW));
        return new PlanState(
                PlanState.SCHEMA,
                power,
                Optional.of(machine),
                Optional.of(machine),
                new Trust(
                        true,
                        3,
                        Optional.of(certificates),
                        Optional.of(certificates),
                        3,
                        true,
                        Optional.of("r-2"),
                        Optional.of("r-1"),
                        Optional.of(new AuthorityChange("a-2", true, NOW, Optional.of("34".repeat(32)))),
                        Optional.of("a-1")),
                Optional.of(new Rule(
                        new FirewallRule(
                                "pllm-x-ingress",
                                "default",
                                new TreeSet<>(List.of("198.51.100.7/32")),
                                "tag",
                                8080,
                                Optional.of(new FirewallRule.Owner("uid", "cluster", 1, NOW))),
                        Rule.Phase.OPEN,
                        Optional.of("example-project"))),
                List.of(new Intent(
                        new RequestId(new UUID(1, 2)),
                        EffectKind.INSERT_INSTANCE,
                        "us-central1-a/x",
                        Optional.of(OFFERING),
                        NOW,
                        Optional.of(OperationId.in(ZONE, "operation-1")))),
                List.of(new Block(OFFERING, Block.Scope.ZONE, "ZoneStockout", "CODE", NOW, NOW)),
                List.of(new Setback(EffectKind.STOP_INSTANCE, "Unavailable", "503", "m", 2, NOW, Optional.of(NOW), 1)),
                new Activity(
                        Optional.of(NOW),
                        Optional.of(NOW),
                        Optional.of("IdleTimeout"),
                        Optional.of("w"),
                        Optional.of("s"),
                        Optional.of(NOW),
                        Optional.of(NOW)),
                new BootHistory(
                        List.of(30.5),
                        List.of(3.25, 4.0),
                        1,
                        List.of(new BootHistory.PastWake(true, List.of(new StageTime("booting", 2.5))))),
                List.of(new Run(
                        1,
                        NOW,
                        OFFERING,
                        Optional.of(new BigDecimal("0.48")),
                        Optional.of(NOW),
                        Optional.of("IdleTimeout"),
                        Optional.of("table of 2026-08-01"))),
                List.of(new PartRecord(new PartId(PartId.Kind.NETWORK, "pllm-x"), true, NOW)),
                Optional.of(new Wake(
                        "WokenByHand",
                        NOW,
                        List.of(new Wake.Call(EffectKind.INSERT_INSTANCE, "us-central1-a/x", "id", NOW)),
                        List.of(new Block(OFFERING, Block.Scope.ZONE, "ZoneStockout", "CODE", NOW, NOW)),
                        List.of(new StageTime("creating", 1.5)),
                        Optional.of(new Wake.Current("booting", NOW)),
                        Optional.of(NOW),
                        Optional.of(1L))),
                List.of(new Holding(
                        Holding.Kind.DISK,
                        "us-central1-a/x",
                        Optional.of(new BigDecimal("21.76")),
                        0,
                        NOW,
                        Optional.of(NOW))),
                Optional.of(140),
                Optional.of("0123456789ab"),
                Optional.of(new Drift("SECRET pllm-x", "existence", "gone", "ours", NOW)),
                Optional.of(new ModelCheck(
                        "56".repeat(32),
                        NOW,
                        List.of("absent:1b"),
                        1,
                        Optional.of(24),
                        60,
                        Optional.of(new GuestConfig.Models("llama3.2:3b", List.of("nomic-embed-text"), 4096)))),
                Optional.of(new PinnedImage("p/family", "projects/p/global/images/family-v1", Optional.of(NOW))));
    }

    @Test
    void readsARecordThatWasWrittenBeforeDisksWereSizedAndBlocksHadDetails() {
        JsonMapper json = JsonMapper.shared();
        PlanState state = full(new MachineState.Absent(NOW));
        ObjectNode older = json.valueToTree(state);
        assertThat(older.remove("modelDiskGb")).isNotNull();
        assertThat(older.remove("replacementConfirmed")).isNotNull();
        assertThat(older.remove("drift")).isNotNull();
        assertThat(older.remove("modelCheck")).isNotNull();
        assertThat(older.remove("image")).isNotNull();
        assertThat(((ObjectNode) older.path("rule")).remove("project")).isNotNull();
        assertThat(((ObjectNode) older.path("machine")).remove("made")).isNotNull();
        assertThat(((ObjectNode) older.path("blocks").path(0)).remove("detail")).isNotNull();

        ((ObjectNode) older.path("operations").path(0)).put("specHash", "of an older version");

        PlanState read = json.treeToValue(older, PlanState.class);

        assertThat(read.drift()).isEmpty();
        assertThat(read.modelCheck()).isEmpty();
        assertThat(read.image()).isEmpty();
        assertThat(read.rule().orElseThrow().project()).isEmpty();
        assertThat(read.operations()).isEqualTo(state.operations());
        assertThat(read.modelDiskGb()).isEmpty();
        assertThat(read.replacementConfirmed()).isEmpty();
        assertThat(read.machine().orElseThrow().made()).isEmpty();
        assertThat(read.blocks()).isEqualTo(state.blocks());
    }

    @Test
    void readsARecordThatWasWrittenBeforeThereWerePartsAndAccounts() {
        JsonMapper json = JsonMapper.shared();
        ObjectNode older = json.valueToTree(PlanState.initial(NOW));
        assertThat(older.remove("parts")).isNotNull();
        assertThat(older.remove("wake")).isNotNull();
        assertThat(older.remove("holdings")).isNotNull();
        assertThat(((ObjectNode) older.path("boots")).remove("wakes")).isNotNull();
        assertThat(((ObjectNode) older.path("activity")).remove("budgetOverriddenUntil"))
                .isNotNull();

        assertThat(json.treeToValue(older, PlanState.class)).isEqualTo(PlanState.initial(NOW));
    }

    @Test
    void refusesARecordOfAnotherSchema() {
        String text =
                JsonMapper.shared().writeValueAsString(PlanState.initial(NOW)).replace("\"schema\":1", "\"schema\":9");

        assertThatThrownBy(() -> JsonMapper.shared().readValue(text, PlanState.class))
                .hasMessageContaining("schema: 9 (expected: 1)");
    }

    @Test
    void costsWhatItLastedAndNothingIsNotUnknown() {
        Run priced = new Run(
                1,
                NOW,
                OFFERING,
                Optional.of(new BigDecimal("0.48")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Run unpriced =
                new Run(2, NOW, OFFERING, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        assertThat(priced.cost(NOW.plus(Duration.ofMinutes(30))).orElseThrow()).isEqualByComparingTo("0.24");
        assertThat(unpriced.cost(NOW.plusSeconds(9))).isEmpty();
    }

    @Test
    void tellsHowLongWakesTakeFromThoseOfTheirKind() {
        BootHistory history = BootHistory.NONE;
        for (int seconds = 1; seconds <= 10; seconds++) {
            history = history.served(false, Duration.ofSeconds(seconds));
        }

        assertThat(history.quantile(0.5, false)).contains(Duration.ofSeconds(5));
        assertThat(history.quantile(0.9, false)).contains(Duration.ofSeconds(9));
        assertThat(history.quantile(0.5, true)).isEmpty();
    }

    @Test
    void foretellsFromAStageWhatPastWakesOfTheKindStillNeededFromThere() {
        BootHistory history = BootHistory.NONE;
        for (int seconds = 1; seconds <= 10; seconds++) {
            history = history.witnessed(
                    false,
                    List.of(
                            new StageTime("starting", 100),
                            new StageTime("booting", seconds),
                            new StageTime("loading", 10)));
        }

        assertThat(history.rest("booting", 0.9, false)).contains(Duration.ofSeconds(19));
        assertThat(history.stage("booting", 0.5, false)).contains(Duration.ofSeconds(5));
        assertThat(history.rest("pulling", 0.9, false)).isEmpty();
        assertThat(history.rest("booting", 0.9, true)).isEmpty();
    }

    @Test
    void aKeyThatIsRotatedCostsMoreWithEachVersionThatStays() {
        Duration period = Duration.ofDays(90);
        Holding key = new Holding(
                Holding.Kind.KEY, "k", Optional.of(BigDecimal.ONE), period.toSeconds(), NOW, Optional.empty());
        Instant later = NOW.plus(period);

        assertThat(key.cost(NOW, NOW.plus(Holding.MONTH)).orElseThrow()).isEqualByComparingTo("1");
        assertThat(key.cost(later, later.plus(Holding.MONTH)).orElseThrow()).isEqualByComparingTo("2");
    }

    @Test
    void whatStandsCostsNothingBeforeItStoodAndAfterItWent() {
        Holding disk = new Holding(
                Holding.Kind.DISK,
                "d",
                Optional.of(new BigDecimal("7.30")),
                0,
                NOW,
                Optional.of(NOW.plus(Duration.ofHours(10))));

        assertThat(disk.cost(NOW.minusSeconds(9), NOW.plus(Duration.ofDays(9))).orElseThrow())
                .isEqualByComparingTo("0.1");
        assertThat(disk.cost(NOW.plus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(9)))
                        .orElseThrow())
                .isEqualByComparingTo("0");
    }

    @Test
    void namesFollowFromTheUidAlone() {
        Names names = Names.of("11111111-2222-3333-4444-555555555555");

        assertThat(names.id()).matches("pllm-[0-9a-f]{12}");
        assertThat(names).isEqualTo(Names.of("11111111-2222-3333-4444-555555555555"));
        assertThat(names.secret()).isEqualTo(names.id() + "-bundle");
        assertThat(names.rule()).isEqualTo(names.id() + "-ingress");
    }
}
