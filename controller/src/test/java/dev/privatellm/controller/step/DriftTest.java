// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.controller.status.ResourceStatus.DriftStatus;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.Names;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever somebody else changes or removes, at whatever moment, is noticed and mended, or named where only a loss could mend it. */
class DriftTest {
    private static final InstanceId OURS = new InstanceId(new Zone("us-central1-a"), World.NAMES.instance());
    private static final String SHARED = Names.shared("cluster-1");

    /** Every ten minutes on average, at the latest after twelve, and a little for mending. */
    private static final Duration NOTICED = Duration.ofMinutes(13);

    private final World world = new World();

    @Test
    @DisplayName(
            "C14 a firewall rule that somebody removes while the machine serves stands again, and no answer is lost")
    void opensAgainWhatWasShut() {
        serving();
        world.cloud.firewalls().delete(World.NAMES.rule(), new RequestId(UUID.randomUUID()));
        world.until(() -> world.cloud.firewalls().all().isEmpty());

        world.passes(NOTICED);

        assertThat(world.cloud.firewalls().all()).hasSize(1);
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        assertThat(drift().what()).isEqualTo("firewall rule " + World.NAMES.rule());
        assertThat(drift().is()).isEqualTo("gone");
    }

    @Test
    @DisplayName(
            "S2 a firewall rule that somebody widens is narrowed again, and the first field that differed is named")
    void narrowsWhatWasWidened() {
        serving();
        FirewallRule ours = world.cloud.firewalls().all().getFirst();
        world.cloud
                .firewalls()
                .plant(new FirewallRule(
                        ours.name(),
                        ours.network(),
                        new TreeSet<>(List.of("0.0.0.0/0")),
                        ours.targetTag(),
                        ours.port(),
                        ours.owner()));

        world.passes(NOTICED);

        assertThat(world.cloud.firewalls().all()).containsExactly(ours);
        assertThat(drift().field()).isEqualTo("sourceRanges");
        assertThat(drift().is()).isEqualTo("[0.0.0.0/0]");
        world.passes(Duration.ofMinutes(20));
        assertThat(world.effectKinds().stream().filter("REPLACE_FIREWALL"::equals))
                .hasSize(1);
    }

    @Test
    @DisplayName("C14 tags and labels that somebody changes on a machine are set again while it serves")
    void mendsTagsAndLabels() {
        serving();
        Instance before = machine();
        world.cloud.instances().changeTagsFromOutside(OURS, Set.of("open-to-all"));
        world.passes(Duration.ofMinutes(2));
        assertThat(machine().tags()).isEqualTo(before.tags());
        assertThat(drift().field()).isEqualTo("tags");

        Map<String, String> labels = new HashMap<>(machine().labels());
        labels.remove("pllm-resource");
        labels.put("team", "theirs");
        world.cloud.instances().changeLabelsFromOutside(OURS, labels);
        world.passes(Duration.ofMinutes(2));

        assertThat(machine().labels())
                .containsEntry("pllm-resource", before.labels().get("pllm-resource"))
                .containsEntry("team", "theirs");
        assertThat(drift().field()).isEqualTo("labels.pllm-resource");
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
    }

    @Test
    @DisplayName(
            "a machine of before there was a label of the release is not said to have been changed, and has it from its next start on")
    void aMachineOfBeforeHasNotDrifted() {
        serving();
        Map<String, String> labels = new HashMap<>(machine().labels());
        labels.remove("pllm-release");
        world.cloud.instances().changeLabelsFromOutside(OURS, labels);
        world.passes(Duration.ofMinutes(2));
        assertThat(world.last.status().drift()).isEmpty();

        world.guests.openStreams(0);
        world.sleep();
        world.wake();

        assertThat(machine().labels()).containsKey("pllm-release");
    }

    @Test
    @DisplayName(
            "C14 an address that somebody takes from a sleeping machine is named, since only another machine would have one")
    void namesWhatOnlyAnotherMachineMends() {
        asleep();
        world.cloud.instances().takeAddressFromOutside(OURS);

        world.passes(Duration.ofMinutes(6));

        assertThat(world.condition("Drifted")).contains("TRUE/ReplaceRequired");
        assertThat(world.last.status().conditions())
                .filteredOn(condition -> condition.type().equals("Drifted"))
                .singleElement()
                .satisfies(condition ->
                        assertThat(condition.message()).contains("spec.network.address: Internal -> External"));
        assertThat(world.cloud.instances().all()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SECRET", "ACCOUNT", "KEY"})
    @DisplayName(
            "C14 a part that somebody removes while the machine sleeps is noticed, and stands again with the next wake")
    void makesAgainWhatIsGone(String kind) {
        asleep();
        switch (kind) {
            case "SECRET" -> world.cloud.secrets().delete(World.NAMES.secret());
            case "ACCOUNT" -> world.cloud.identities().delete(World.NAMES.account());
            default -> {
                CryptoKey key = new CryptoKey(SHARED, SHARED, true, Map.of());
                world.cloud.keys().versions(key).forEach(world.cloud.keys()::destroy);
            }
        }

        world.passes(NOTICED);

        assertThat(drift().what()).startsWith(kind + " ");
        assertThat(drift().is()).isEqualTo("gone");
        world.wake();
        assertThat(world.cloud.secrets().exists(World.NAMES.secret())).isTrue();
        assertThat(world.cloud.identities().all()).hasSize(1);
        assertThat(world.cloud.keys().kept()).hasSize(1);
        assertThat(world.cloud.instances().all()).hasSize(1);
    }

    @Test
    @DisplayName(
            "C14 a part that may not be looked at hides nothing of the others, and is not asked for again and again")
    void looksAtTheOthersMeanwhile() {
        asleep();
        world.cloud.faults().failEvery("findKey", new CloudFailure.QuotaExceeded("quota", "no more reads", true, null));
        world.passes(Duration.ofMinutes(40));
        long before = world.cloud.faults().count("findKey");
        world.cloud.secrets().delete(World.NAMES.secret());

        world.passes(Duration.ofHours(1));

        assertThat(drift().what()).startsWith("SECRET ");
        assertThat(world.cloud.faults().count("findKey") - before).isLessThanOrEqualTo(12L);
    }

    @Test
    @DisplayName(
            "nothing is looked at more than every ten minutes on average, and a machine for which all is well is left alone")
    void asksSeldom() {
        asleep();
        world.passes(Duration.ofMinutes(20));
        long before = world.cloud.faults().count("findKey");
        long lists = world.cloud.faults().count("findByOwner");
        world.effects.clear();

        world.passes(Duration.ofHours(10));

        assertThat(world.cloud.faults().count("findKey") - before).isBetween(50L, 76L);
        assertThat(world.cloud.faults().count("findByOwner") - lists).isLessThanOrEqualTo(121L);
        assertThat(world.effects).isEmpty();
        assertThat(world.last.status().drift()).isEmpty();
        assertThat(world.condition("Drifted")).isEmpty();
    }

    private DriftStatus drift() {
        return world.last.status().drift().orElseThrow();
    }

    private Instance machine() {
        return world.cloud.instances().all().getFirst();
    }

    private void serving() {
        world.wake();
        world.guests.openStreams(1);
        world.effects.clear();
    }

    private void asleep() {
        world.wake();
        world.sleep();
        world.demand = Demand.NONE;
    }
}
