// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.controller.link.LinkDocument.Accepts;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates that grow old: before every start, and while the machine runs. */
@Execution(ExecutionMode.CONCURRENT)
final class RenewalTest {
    private static final InstanceId IN_A = new InstanceId(new Zone("us-central1-a"), World.NAMES.instance());

    private final World world = new World();

    /** How a machine comes to be without power, or lost, before it is wanted again. */
    enum Before {
        ASLEEP,
        TAKEN_BACK,
        STOPPED_BY_SOMEBODY,
        REMOVED_BY_SOMEBODY,
        ZONE_EXHAUSTED,
        RECORD_LOST
    }

    private void prepare(Before before) {
        world.wake();
        switch (before) {
            case ASLEEP -> world.sleep();
            case TAKEN_BACK -> world.cloud.instances().preempt(IN_A);
            case STOPPED_BY_SOMEBODY -> world.cloud.instances().loseFromOutside(IN_A);
            case REMOVED_BY_SOMEBODY -> {
                world.sleep();
                world.cloud.instances().removeFromOutside(IN_A);
            }
            case ZONE_EXHAUSTED -> {
                world.sleep();
                world.cloud.instances().exhaust(new Offering(ProvisioningModel.SPOT, "g2-standard-8", IN_A.zone()));
            }
            case RECORD_LOST -> {
                world.sleep();
                long version = world.store.read().version();
                world.store.compareAndSet(version, ResourceState.initial(world.clock.instant()));
                world.restart();
            }
        }
        world.until(() -> world.last.isAtRest());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "P16 every way to a running machine passes the renewal checks: after eight days none presents an old certificate")
    void renewsOnEveryWayToARunningMachine(Before before) {
        prepare(before);
        world.clock.advance(Duration.ofDays(8));
        world.links.clear();

        world.wake();

        assertThat(world.last.status().certificates().orElseThrow().notAfter())
                .isAfter(world.clock.instant().plus(Duration.ofDays(6)));
        assertThat(world.served).hasSize(2);
        assertThat(world.links.getLast().accepts()).isEqualTo(Accepts.FORWARD);
        // The disk in an exhausted zone goes once its successor serves.
        world.until(() -> world.cloud.instances().all().size() == 1);
        assertThat(world.cloud.instances().billable()).hasSize(1);
    }

    @Test
    @DisplayName("P16 certificates that were prepared for a wake which failed are issued anew when they are too old")
    void doesNotUseStalePreparedCertificates() {
        world.guests.fail();
        world.request();
        world.until(() -> world.power() instanceof MachineState.Failed);
        world.demand = Demand.NONE;
        world.clock.advance(Duration.ofDays(6));

        world.request();
        world.until(() -> world.power().isWaking());

        assertThat(world.store.read().state().plan().trust().lastGeneration()).isEqualTo(2);
    }

    @Test
    @DisplayName(
            "S12 a rotation by hand replaces keys and pin of a machine that serves, at once, once, and without a stop")
    void rotatesByHandWhileRunning() {
        world.wake();
        world.guests.openStreams(1);
        String pin = world.last.status().certificates().orElseThrow().pin().orElseThrow();
        world.requests = PowerRequests.NONE.rotating("by hand");

        world.until(() -> world.last.status().certificates().orElseThrow().generation() == 2);
        world.passes(Duration.ofMinutes(5));

        assertThat(world.last.status().certificates().orElseThrow().pin()).isPresent();
        assertThat(world.last.status().certificates().orElseThrow().pin()).isNotEqualTo(Optional.of(pin));
        assertThat(world.store.read().state().plan().trust().lastGeneration()).isEqualTo(2);
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");
        assertThat(world.cloud.secrets().mostAtOnce()).isLessThanOrEqualTo(2);
    }

    @Test
    @DisplayName("P9 S12 gateways have known the new pin for three seconds when the machine is told to present it")
    void gatewaysKnowThePinBeforeTheMachinePresentsIt() {
        world.wake();
        world.guests.openStreams(1);
        String told = told();
        world.requests = PowerRequests.NONE.rotating("by hand");

        world.until(() -> world.links.getLast().pins().orElseThrow().next().isPresent());
        Instant known = world.clock.instant();
        world.until(() -> !told().equals(told));

        assertThat(world.clock.instant()).isAfterOrEqualTo(known.plusSeconds(3));
        assertThat(world.links.getLast().generation()).isEqualTo(1);
    }

    /** The version of its bundle that the machine is told to read. */
    private String told() {
        String config = world.cloud.instances().all().getFirst().metadata().get("pllm-config");
        return config.replaceFirst(".*\"secretVersion\":\"([^\"]*)\".*", "$1");
    }

    @Test
    @DisplayName("S12 a rotation that was asked for is carried out although the process died right after it was heard")
    void rotatesAlthoughTheProcessDied() {
        world.wake();
        world.guests.openStreams(1);
        world.requests = PowerRequests.NONE.rotating("by hand");
        world.step();
        world.requests = PowerRequests.NONE;
        world.restart();

        world.until(() -> world.last.status().certificates().orElseThrow().generation() == 2);
    }

    @Test
    void aRotationOfASleepingMachineIsDoneByItsNextWake() {
        world.wake();
        world.sleep();
        world.requests = PowerRequests.NONE.rotating("by hand");
        world.passes(Duration.ofMinutes(1));

        world.wake();
        world.passes(Duration.ofMinutes(1));

        assertThat(world.store.read().state().plan().trust().lastGeneration()).isEqualTo(2);
    }

    @Test
    @DisplayName("S5 S12 R12 500 rotations of a machine that serves: no stop, never a third version")
    void rotatesFiveHundredTimes() {
        world.document = World.sample("maxUptimeSeconds: 864000");
        world.wake();
        world.guests.openStreams(1);
        world.links.clear();
        for (int rotation = 1; rotation <= 500; rotation++) {
            long next = rotation + 1L;
            world.requests = PowerRequests.NONE.rotating("rotation " + rotation);
            world.until(() -> world.last.status().certificates().orElseThrow().generation() == next);
        }

        assertThat(world.links).allMatch(link -> link.accepts() == Accepts.FORWARD);
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE", "DRAIN_GUEST");
        assertThat(world.guests.requests().made()).isEqualTo(501);
        assertThat(world.cloud.secrets().mostAtOnce()).isLessThanOrEqualTo(2);
    }

    @Test
    @DisplayName("P17 a machine that is up for eight days renews in place and never stops serving")
    void renewsWhileRunning() {
        world.document = World.sample("maxUptimeSeconds: 864000");
        world.wake();
        world.guests.openStreams(1);

        world.passes(Duration.ofDays(8));

        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");
        assertThat(world.store.read().state().plan().trust().lastGeneration()).isEqualTo(2);
        assertThat(world.last.status().certificates().orElseThrow().generation())
                .isEqualTo(2);
        assertThat(world.last.status().certificates().orElseThrow().notAfter()).isAfter(world.clock.instant());
        assertThat(world.cloud.secrets().mostAtOnce()).isLessThanOrEqualTo(2);
    }
}
