// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.Run;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A machine that lost its power without us: who took it, and until when it is paid for. */
final class PreemptionTest {
    private static final InstanceId IN_A = new InstanceId(new Zone("us-central1-a"), World.NAMES.instance());

    private final World world = new World();

    private Run lastRun() {
        return world.store.read().state().plan().runs().getLast();
    }

    @Test
    @DisplayName(
            "P6 a spot machine that the cloud took back is told as preempted though its guest had no time to say so")
    void isToldByTheCloudWhereTheGuestWasSilent() {
        world.wake();
        world.cloud.instances().preempt(IN_A);

        world.until(() -> !(world.power() instanceof MachineState.Serving));

        assertThat(world.power()).isInstanceOf(MachineState.Preempted.class);
        assertThat(lastRun().reason()).contains("Preempted");
        assertThat(world.last.status().blocks())
                .extracting(block -> block.code())
                .containsExactly("PREEMPTED");
        assertThat(world.condition("Serving")).contains("FALSE/Preempted");
    }

    @Test
    @DisplayName("C17 a run ends when the machine was down, not when a controller that was away comes back to see it")
    void endsARunWhenTheMachineWasDown() {
        world.wake();
        world.passes(Duration.ofSeconds(20));
        Instant down = world.clock.instant();
        world.cloud.instances().preempt(IN_A);
        world.clock.advance(Duration.ofHours(3));
        world.restart();

        world.until(() -> !(world.power() instanceof MachineState.Serving));

        assertThat(lastRun().end()).contains(down);
        assertThat(lastRun().length(world.clock.instant()))
                .isBetween(
                        world.cloud.instances().billed(),
                        world.cloud.instances().billed().plusSeconds(1));
    }

    @Test
    @DisplayName(
            "C17 what stopped while nobody looked is booked until it was down, whoever stopped it and by whatever way")
    void endsARunThatWasSeenStopping() {
        world.wake();
        world.cloud.instances().stopFromOutside(IN_A);
        world.until(() -> world.power() instanceof MachineState.Stopping);
        world.clock.advance(Duration.ofHours(3));
        world.restart();

        world.until(() -> world.power() instanceof MachineState.Stopped);

        assertThat(lastRun().reason()).contains("StoppedOutside");
        assertThat(lastRun().length(world.clock.instant())).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void aSpotMachineThatSomebodyStoppedIsNotCalledPreempted() {
        world.wake();
        world.cloud.instances().loseFromOutside(IN_A);

        world.until(() -> !(world.power() instanceof MachineState.Serving));

        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);
        assertThat(lastRun().reason()).contains("StoppedOutside");
        assertThat(world.last.status().blocks()).isEmpty();
    }

    @Test
    void anOldPreemptionDoesNotExplainALaterStop() {
        world.wake();
        world.cloud.instances().preempt(IN_A);
        world.until(() -> world.power() instanceof MachineState.Preempted);
        world.passes(Duration.ofMinutes(31));
        world.wake();
        world.cloud.instances().loseFromOutside(IN_A);

        world.until(() -> !(world.power() instanceof MachineState.Serving));

        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);
    }

    @Test
    @DisplayName(
            "S3 whether it was preempted cannot be asked: the rule is closed and the next request served all the same")
    void goesOnWithoutKnowingWhy() {
        world.wake();
        world.cloud.faults().failEvery("wasPreempted", Faults.denied());
        world.cloud.instances().preempt(IN_A);

        world.until(() -> world.power() instanceof MachineState.Stopped);
        world.until(() -> world.cloud.firewalls().all().isEmpty());
        world.wake();

        assertThat(world.served).hasSize(2);
    }
}
