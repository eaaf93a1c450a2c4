// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.LabelTime;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.EffectKind;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two who take themselves for the same one, or who share a project, on one cloud and one clock. */
class TwoControllersTest {
    private static final Duration LEASE = Duration.ofMinutes(40);

    private static final String MOVES_AT_ONCE = "machineTypes: [g2-standard-8]\nzonePatienceSeconds: 0";

    private final World first = new World();

    @ParameterizedTest(name = "with a copy of the record: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("C9 S4 as long as one controller holds the machine, another one of the same owner touches nothing")
    void theSecondTouchesNothing(boolean isCopy) {
        first.wake();
        World second = second(isCopy);
        Instance before = machine();
        second.request();

        second.passes(Duration.ofMinutes(5));

        assertThat(second.effects).isEmpty();
        assertThat(second.condition("Stalled")).contains("TRUE/ManagementConflict");
        assertThat(second.last.status().conditions())
                .anySatisfy(condition -> assertThat(condition.message()).contains("is held by another", "cluster-1"));
        assertThat(machine().metadata()).isEqualTo(before.metadata());
        assertThat(machine().labels()).isEqualTo(before.labels());
        first.request();
        first.passes(Duration.ofSeconds(5));
        assertThat(first.power()).isInstanceOf(MachineState.Serving.class);
    }

    @Test
    @DisplayName(
            "C9 S4 a copy of the record that says the machine boots changes no rule before it has seen the machine")
    void theSecondChangesNoRuleOfAMachineThatItCannotSee() {
        first.guests.pace(Duration.ofMinutes(5), Duration.ofSeconds(3));
        first.request();
        first.until(() -> first.power() instanceof MachineState.Booting
                && first.cloud.firewalls().all().size() == 1);
        List<FirewallRule> before = first.cloud.firewalls().all();
        first.cloud.faults().failEvery("find", Faults.lost());
        first.cloud.faults().failEvery("findByOwner", Faults.lost());
        World second = second(true);
        second.egress = Optional.of(new TreeSet<>(List.of("198.51.100.99")));

        second.passes(Duration.ofMinutes(2));

        assertThat(second.effects).isEmpty();
        assertThat(first.cloud.firewalls().all()).isEqualTo(before);
    }

    @Test
    @DisplayName("C9 a removal by hand, too, leaves alone what another controller holds")
    void theSecondRemovesNothing() {
        first.wake();
        World second = second(true);
        second.requests = new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.REMOVAL);

        second.passes(Duration.ofMinutes(5));

        assertThat(second.effects).isEmpty();
        assertThat(first.cloud.instances().billable()).hasSize(1);
        assertThat(first.cloud.firewalls().all()).hasSize(1);
    }

    @Test
    @DisplayName("C9 a claim that has ended is taken over, and whoever had it touches nothing any more")
    void aClaimThatHasEndedIsTakenOver() {
        first.wake();
        first.cloud.clock().advance(LEASE.plusMinutes(1));
        World second = second(false);

        second.wake();

        assertThat(machine().labels()).containsEntry(LabelTime.HOLDER, "second");
        assertThat(first.cloud.instances().created()).isEqualTo(1);
        int before = first.effects.size();
        first.passes(Duration.ofMinutes(5));
        assertThat(first.effects).hasSize(before);
        assertThat(first.condition("Stalled")).contains("TRUE/ManagementConflict");
        assertThat(first.cloud.instances().doubleBilled()).isZero();
    }

    @Test
    @DisplayName(
            "the claim on a machine that has power never ends, and is renewed every twenty minutes and not more often")
    void theClaimIsRenewedWhileTheMachineHasPower() {
        first.wake();
        first.demand = new Demand(0, 1, Optional.of(first.clock.instant()));

        for (int minute = 0; minute < 120; minute++) {
            first.passes(Duration.ofMinutes(1));
            assertThat(until(machine())).isAfter(first.clock.instant());
        }

        assertThat(first.effectKinds().stream().filter(EffectKind.SET_LABELS.name()::equals))
                .hasSizeBetween(5, 6);
    }

    @Test
    @DisplayName("C9 a machine that a later term has taken over is neither stopped nor changed by an earlier one")
    void anEarlierTermStopsNothing() {
        first.wake();
        relabel(machine().id(), Map.of("pllm-epoch", "2"));
        int before = first.effects.size();

        first.passes(Duration.ofMinutes(10));

        assertThat(first.effects.stream().skip(before).map(EffectLog.Entry::kind))
                .doesNotContain(EffectKind.STOP_INSTANCE, EffectKind.DELETE_INSTANCE, EffectKind.SET_METADATA);
        assertThat(first.condition("Stalled")).contains("TRUE/ManagementConflict");
        assertThat(first.cloud.instances().billable()).hasSize(1);
    }

    @Test
    @DisplayName(
            "S4 a rule that its owner has renewed since it was seen stays; S3 one that nobody renewed goes when its time is over")
    void leavesARuleThatWasRenewedSinceItWasSeen() {
        Instant end = World.START.plus(Duration.ofMinutes(30));
        first.cloud.firewalls().plant(rule("pllm-ffffffffffff-ingress", end));
        first.cloud.firewalls().plant(rule("pllm-eeeeeeeeeeee-ingress", end));
        first.passes(Duration.ofMinutes(20));
        first.cloud.firewalls().plant(rule("pllm-ffffffffffff-ingress", end.plus(Duration.ofHours(2))));

        first.passes(Duration.ofMinutes(11));

        assertThat(first.cloud.firewalls().all())
                .extracting(FirewallRule::name)
                .containsExactly("pllm-ffffffffffff-ingress");
    }

    @Test
    @DisplayName("S4 the machine that another one has succeeded stays if it belongs to somebody else by then")
    void leavesAPredecessorThatSomebodyElseHas() {
        first.document = World.sample("", "llama3.2:3b", "us-central1-a, us-central1-b", MOVES_AT_ONCE);
        first.wake();
        first.sleep();
        InstanceId left = machine().id();
        first.cloud
                .instances()
                .exhaust(new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone("us-central1-a")));
        first.request();
        first.until(() -> first.power() instanceof MachineState.Booting);
        assertThat(first.store.read().state().plan().predecessor()).isPresent();
        relabel(left, Map.of("pllm-owner", "somebody-else"));

        first.wake();
        first.passes(Duration.ofSeconds(30));

        assertThat(first.cloud.instances().all()).extracting(Instance::id).contains(left);
        assertThat(first.effectKinds()).doesNotContain(EffectKind.DELETE_INSTANCE.name());
        assertThat(first.store.read().state().plan().predecessor()).isEmpty();
    }

    @Test
    @DisplayName("P3 a secret that may not be looked at keeps no machine awake: it sleeps when nobody needs it")
    void putsToSleepWhatItCannotRenew() {
        first.wake();
        first.guests.openStreams(1);
        first.cloud.faults().failEvery("owner", Faults.denied());
        first.requests = PowerRequests.NONE.rotating("once");
        first.passes(Duration.ofMinutes(2));
        assertThat(first.last.status().message()).contains("PermissionDenied");
        first.demand = Demand.NONE;
        first.guests.openStreams(0);

        first.passes(Duration.ofSeconds(90));

        assertThat(first.cloud.instances().all().getFirst().status()).isEqualTo(InstanceStatus.STOPPED);
        assertThat(first.cloud.firewalls().all()).isEmpty();
    }

    @Test
    @DisplayName("S4 a secret that somebody else has made anew under our name gets nothing of ours")
    void putsNothingIntoAnothersSecret() {
        first.wake();
        first.sleep();
        String secret = World.NAMES.secret();
        first.cloud.secrets().delete(secret);
        first.cloud.secrets().ensure(secret, Map.of("pllm-owner", "somebody-else"), Optional.empty());
        first.request();

        first.passes(Duration.ofMinutes(3));

        assertThat(first.cloud.secrets().versions(secret)).isEmpty();
        assertThat(first.condition("Stalled")).contains("TRUE/ManagementConflict");
        assertThat(first.cloud.instances().billable()).isEmpty();
    }

    private World second(boolean isCopy) {
        return new World(
                first.cloud,
                "second",
                isCopy ? first.store.read().state() : ResourceState.initial(first.clock.instant()));
    }

    private Instance machine() {
        List<Instance> all = first.cloud.instances().all();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private static Instant until(Instance machine) {
        return LabelTime.read(machine.labels().get(LabelTime.LEASE)).orElseThrow();
    }

    private void relabel(InstanceId id, Map<String, String> more) {
        Instance machine = first.cloud.instances().find(id).orElseThrow();
        Map<String, String> labels = new HashMap<>(machine.labels());
        labels.putAll(more);
        first.cloud.instances().setLabels(id, labels, machine.labelFingerprint(), new RequestId(UUID.randomUUID()));
    }

    private static FirewallRule rule(String name, Instant end) {
        return new FirewallRule(
                name,
                "default",
                new TreeSet<>(List.of("203.0.113.9/32")),
                "tag",
                8080,
                Optional.of(new FirewallRule.Owner("somebody-else", "cluster-2", 1, end)));
    }
}
