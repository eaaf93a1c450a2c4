// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What costs money or leaves a hole comes to its end, whoever refuses. */
final class MustEndTest {
    private static final PowerRequests LOCK_DOWN =
            new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.LOCK_DOWN);

    private final World world = new World();

    private Duration untilAtRest() {
        Instant from = world.clock.instant();
        world.until(() -> world.last.isAtRest());
        return Duration.between(from, world.clock.instant());
    }

    @Test
    @DisplayName(
            "R8 a guest that answers but refuses to drain is stopped once the drain time is over and nothing is open")
    void stopsAMachineWhoseGuestRefusesToDrain() {
        world.cloud.faults().failEvery("drain", refused());
        world.wake();

        assertThat(untilAtRest()).isBetween(Duration.ofSeconds(360), Duration.ofSeconds(440));
        assertThat(world.cloud.instances().billable()).isEmpty();
    }

    @Test
    @DisplayName(
            "R8 P3 a guest that refuses to drain is not stopped as long as somebody uses it, and has the whole drain time again later")
    void keepsAMachineInUseThoughItsGuestRefusedToDrain() {
        world.cloud.faults().failEvery("drain", refused());
        world.wake();
        world.passes(Duration.ofSeconds(200));
        world.guests.openStreams(1);
        world.passes(Duration.ofMinutes(20));
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");
        world.guests.openStreams(0);

        assertThat(untilAtRest()).isBetween(Duration.ofSeconds(360), Duration.ofSeconds(440));
    }

    @Test
    @DisplayName("R8 a guest that refuses to drain is stopped with streams open where running answers may be cut")
    void cutsAMachineWhoseGuestRefusesToDrainInALockDown() {
        world.cloud.faults().failEvery("drain", refused());
        world.wake();
        world.guests.openStreams(1);
        world.requests = LOCK_DOWN;

        assertThat(untilAtRest()).isBetween(Duration.ofSeconds(300), Duration.ofSeconds(380));
    }

    @Test
    @DisplayName("R8 a guest that was not heard for a moment is drained all the same where running answers may be cut")
    void drainsAGuestThatWasSilentForAMoment() {
        world.wake();
        world.guests.openStreams(1);
        world.guests.cutOff(true);
        world.until(() -> world.power() instanceof MachineState.Serving serving
                && serving.unreachableSince().isPresent());
        world.requests = LOCK_DOWN;
        world.passes(Duration.ofSeconds(3));
        world.guests.cutOff(false);
        world.passes(Duration.ofSeconds(10));

        assertThat(world.guests.calls()).contains("drain");
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");
        world.guests.openStreams(0);
        assertThat(untilAtRest()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    @DisplayName("R8 a guest that is not heard any more is not waited for where running answers may be cut")
    void doesNotWaitForASilentGuestInALockDown() {
        world.wake();
        world.guests.openStreams(1);
        world.guests.cutOff(true);
        world.requests = LOCK_DOWN;

        assertThat(untilAtRest()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    @DisplayName(
            "R8 a guest that lost its drain and refuses another is stopped once the drain time is over and nothing is open")
    void stopsAMachineWhoseGuestForgotItsDrain() {
        world.wake();
        world.cloud.faults().watchedBy((moment, call) -> {
            if (call.equals("drain") && moment == Faults.Moment.BEFORE) {
                world.guests.openStreams(1);
            }
        });
        world.until(() -> world.power() instanceof MachineState.Draining);
        world.cloud.faults().watchedBy((moment, call) -> {});
        world.cloud.faults().failEvery("drain", refused());
        world.guests.forgetDrain();
        world.passes(Duration.ofSeconds(5));
        world.guests.openStreams(0);

        assertThat(untilAtRest()).isLessThan(Duration.ofSeconds(380));
        assertThat(world.cloud.instances().billable()).isEmpty();
    }

    @Test
    @DisplayName("R8 a guest that refuses to take a drain back is stopped and woken again for whoever waits")
    void wakesAnewAMachineWhoseGuestGoesOnDraining() {
        world.wake();
        world.until(() -> world.power() instanceof MachineState.Draining);
        world.cloud.faults().failEvery("undrain", refused());
        world.request();

        world.until(() -> world.served.size() == 2);

        assertThat(world.effectKinds()).containsOnlyOnce("STOP_INSTANCE");
    }

    @Test
    @DisplayName(
            "R8 a guest that drains though nobody knows why, and refuses to stop doing so, is stopped and woken again")
    void wakesAnewAMachineWhoseGuestDrainsByItself() {
        world.wake();
        world.demand = new Demand(0, 1, Optional.of(world.clock.instant()));
        world.cloud.faults().failEvery("undrain", refused());
        world.guests.drainByItself();

        world.until(() -> world.effectKinds().contains("STOP_INSTANCE"));
        world.until(() -> world.power() instanceof MachineState.Serving);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "deleteRule"})
    @DisplayName("S3 stopping a machine and closing a rule are tried again, whatever the cloud answered")
    void neverGivesUpOnPowerAndFirewall(String call) {
        for (int i = 0; i < 4; i++) {
            world.cloud.faults().failNext(call, invalid());
        }
        world.wake();

        assertThat(untilAtRest()).isLessThan(Duration.ofMinutes(3));
        assertThat(world.cloud.instances().billable()).isEmpty();
        assertThat(world.cloud.firewalls().all()).isEmpty();
    }

    private static GuestFailure refused() {
        return new GuestFailure.Refused(500, "no", null);
    }

    private static CloudFailure invalid() {
        return new CloudFailure.InvalidRequest("invalid", "Invalid value for field", null);
    }

    @Test
    void aStopNeverWaitsForOldVersionsOfTheBundle() {
        world.cloud.faults().failEvery("destroy", Faults.denied());
        world.wake();
        assertThat(world.cloud.secrets().standing(World.NAMES.secret())).isEqualTo(2);
        world.demand = Demand.NONE;
        world.requests = LOCK_DOWN;

        assertThat(untilAtRest()).isLessThan(Duration.ofSeconds(30));
    }
}
