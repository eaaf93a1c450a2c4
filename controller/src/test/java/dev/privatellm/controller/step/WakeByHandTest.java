// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A wake by hand holds, whatever the machine is doing when it is asked for. */
final class WakeByHandTest {
    private final World world = new World();

    private void ask(Optional<String> wake, Optional<String> sleep) {
        world.requests = new PowerRequests(wake, sleep, PowerRequests.Order.NONE);
    }

    @Test
    void isRememberedWhileTheMachineStops() {
        world.wake();
        world.guests.openStreams(0);
        world.until(() -> world.power() instanceof MachineState.Stopping);

        ask(Optional.of("wake-1"), Optional.empty());
        world.until(() -> world.last.effect().isEmpty());
        assertThat(world.last.status().wakeWanted()).isTrue();
        world.until(() -> world.power() instanceof MachineState.Stopped);
        world.until(() -> world.power() instanceof MachineState.Serving
                && !world.last.status().wakeWanted());

        assertThat(world.effectKinds()).containsOnlyOnce("START_INSTANCE");
    }

    @Test
    void callsADrainOffAndIsAUseOfTheMachine() {
        world.wake();
        world.guests.openStreams(0);
        world.until(() -> world.power() instanceof MachineState.Draining);

        ask(Optional.of("wake-1"), Optional.empty());
        world.until(() -> world.power() instanceof MachineState.Serving);
        world.passes(Duration.ofSeconds(60));
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        world.sleep();

        assertThat(world.guests.calls()).containsExactly("drain", "undrain", "drain");
        assertThat(world.effectKinds()).containsOnlyOnce("STOP_INSTANCE");
    }

    @Test
    void comesAfterTheSleepByHandThatIsStillBeingCarriedOut() {
        world.wake();
        world.guests.openStreams(0);
        ask(Optional.empty(), Optional.of("sleep-1"));
        world.until(() -> world.power() instanceof MachineState.Draining);

        ask(Optional.of("wake-1"), Optional.of("sleep-1"));
        world.until(() -> world.power() instanceof MachineState.Stopped);
        world.until(() -> world.power() instanceof MachineState.Serving);
    }

    @Test
    void isRememberedWhileAMachineIsRemovedAndMakesAnother() {
        world.wake();
        world.guests.openStreams(0);
        world.requests = new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.REMOVAL);
        world.until(() -> world.power() instanceof MachineState.Deleting);

        ask(Optional.of("wake-1"), Optional.empty());
        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.cloud.instances().created()).isEqualTo(2);
    }

    @Test
    void isWantedForAsLongAsTheMachineBoots() {
        world.request();
        world.until(() -> world.power() instanceof MachineState.Booting);
        assertThat(world.last.status().wakeWanted()).isTrue();

        world.until(() -> world.power() instanceof MachineState.Serving
                && world.last.effect().isEmpty());
        assertThat(world.last.status().wakeWanted()).isFalse();
    }

    @Test
    void isOverOnceTheWindowForbidsIt() {
        world.document = World.sample("schedule:\n- {cron: '* 8-9 * * *', timeZone: UTC, action: Off}");
        ask(Optional.of("wake-1"), Optional.empty());
        world.passes(Duration.ofMinutes(1));

        assertThat(world.last.status().wakeWanted()).isFalse();
        assertThat(world.cloud.instances().created()).isZero();
    }
}
