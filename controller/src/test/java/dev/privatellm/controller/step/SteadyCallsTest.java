// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What an hour asks of the cloud in which nothing happens: one list for each look at the machines, and each part of what they stand on now and then. */
final class SteadyCallsTest {
    /** Looks at what a machine stands on; each part has its turn every ten minutes on average, and never sooner than after eight. */
    private static final Set<String> PARTS = Set.of(
            "findNetwork",
            "subnets",
            "findKey",
            "encrypts",
            "findAccount",
            "findBucket",
            "bucketAdmits",
            "owner",
            "admits",
            "admitsSecrets");

    private final World world = new World();

    private Map<String, Long> callsWithin(Duration time) {
        int before = world.cloud.faults().calls().size();
        world.passes(time);
        List<String> calls = world.cloud.faults().calls();
        Map<String, Long> counted = new TreeMap<>();
        calls.subList(before, calls.size()).forEach(call -> counted.merge(call, 1L, Long::sum));
        return counted;
    }

    private static long of(Map<String, Long> calls, String name) {
        return calls.getOrDefault(name, 0L);
    }

    private static void assertPartsAreSeldomLookedAt(Map<String, Long> calls) {
        assertThat(calls).containsKeys(PARTS.toArray(String[]::new));
        assertThat(PARTS).allSatisfy(part -> assertThat(of(calls, part)).isBetween(4L, 8L));
    }

    @Test
    void anHourAsleepIsAListEveryFiveMinutes() {
        world.wake();
        world.sleep();
        world.passes(Duration.ofMinutes(20));

        Map<String, Long> calls = callsWithin(Duration.ofHours(1));

        assertThat(of(calls, "findByOwner")).isBetween(11L, 13L);
        assertThat(of(calls, "listRules")).isBetween(1L, 2L);
        assertPartsAreSeldomLookedAt(calls);
        calls.keySet().removeAll(PARTS);
        assertThat(calls).containsOnlyKeys("findByOwner", "listRules");
    }

    @Test
    void anHourServingIsAListEveryThirtySeconds() {
        world.wake();
        world.guests.openStreams(1);
        world.passes(Duration.ofMinutes(20));

        Map<String, Long> calls = callsWithin(Duration.ofHours(1));

        assertThat(of(calls, "findByOwner")).isBetween(115L, 126L);
        assertThat(of(calls, "setLabels")).as("our claim is renewed").isBetween(2L, 4L);
        assertThat(of(calls, "find")).as("it is looked at before it is changed").isBetween(2L, 6L);
        assertThat(of(calls, "replaceRule")).as("the rule is renewed").isEqualTo(1);
        assertPartsAreSeldomLookedAt(calls);
    }

    @Test
    void aMachineThatTheListDoesNotShowIsLookedAtByItself() {
        world.wake();
        world.guests.openStreams(1);
        world.cloud.instances().listsLag(Duration.ofDays(1));

        Map<String, Long> calls = callsWithin(Duration.ofMinutes(10));

        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        assertThat(of(calls, "find")).isBetween(19L, 24L);
    }

    @Test
    void aMachineIsSeenThoughListsFail() {
        world.wake();
        world.guests.openStreams(1);
        world.cloud.faults().failEvery("findByOwner", Faults.denied());
        world.passes(Duration.ofMinutes(1));

        world.cloud.instances().removeFromOutside(Scenes.OURS);
        world.passes(Duration.ofMinutes(1));

        assertThat(world.power()).isNotInstanceOf(MachineState.Serving.class);
    }
}
