// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.PriceList;
import dev.privatellm.machine.cloud.ProvisioningModel;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a machine costs after its controller and its gateways have ended for ever, at whatever moment: nothing of ours is left but the machine itself, which
 * switches itself off. When it does is {@link dev.privatellm.machine.link.FakeGuests}' copy of the rule that machines keep; that they keep it is shown where
 * they are.
 */
final class AbandonedMachineTest {
    private static final Duration DEAD_MAN = Duration.ofMinutes(15);
    private static final Duration FIRST_BOOT_GRACE = Duration.ofMinutes(30);
    private static final Offering OFFERING = new Offering(ProvisioningModel.SPOT, "g2-standard-8", Scenes.OURS.zone());
    private static final Duration BOOT = Duration.ofSeconds(20);

    /** The workstation is gone: nothing catches this and goes on. */
    private static final class Gone extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** What it would cost if everything but the machine ended at this moment. */
    private record Loss(int moment, boolean isFirstBoot, BigDecimal usd) {}

    private static final List<Loss> LOSSES = losses();

    private static World world() {
        World world = new World();
        world.cloud.instances().pace(Duration.ZERO, Duration.ZERO);
        world.guests.pace(BOOT, Duration.ofSeconds(40));
        return world;
    }

    private static void life(World world) {
        world.wake();
        world.sleep();
        world.wake();
        world.guests.openStreams(1);
        world.passes(Duration.ofSeconds(50));
        world.guests.openStreams(0);
        world.sleep();
    }

    /** Of every moment before and after a call, and after every step. */
    private static List<Loss> losses() {
        World world = world();
        List<Loss> losses = new ArrayList<>();
        Runnable look = () -> losses.add(new Loss(losses.size(), isFirstBoot(world), foreseen(world)));
        world.cloud.faults().watchedBy((moment, call) -> look.run());
        world.afterStep = look;
        life(world);
        return losses;
    }

    private static boolean isFirstBoot(World world) {
        return !world.store.read().state().plan().everBooted();
    }

    private static BigDecimal foreseen(World world) {
        Instant now = world.clock.instant();
        return usd(next(world).map(end -> Duration.between(now, end)).orElse(Duration.ZERO));
    }

    /** What is charged from this moment of a life on, in a day and a half without anybody. */
    private static BigDecimal spent(int moment) {
        World world = world();
        int[] left = {moment};
        Runnable strike = () -> {
            if (left[0]-- == 0) {
                throw new Gone();
            }
        };
        world.cloud.faults().watchedBy((when, call) -> strike.run());
        world.afterStep = strike;
        assertThatExceptionOfType(Gone.class).isThrownBy(() -> life(world));
        world.guests.openStreams(0);
        Duration before = world.cloud.instances().billed();
        Instant end = world.clock.instant().plus(Duration.ofHours(36));
        for (Optional<Instant> next = next(world); next.isPresent(); next = next(world)) {
            world.clock.advanceTo(next.get());
            world.guests.switchOff(DEAD_MAN, FIRST_BOOT_GRACE);
        }
        world.clock.advanceTo(end);
        return usd(world.cloud.instances().billed().minus(before));
    }

    private static Optional<Instant> next(World world) {
        return world.guests.nextSwitchOff(DEAD_MAN, FIRST_BOOT_GRACE);
    }

    private static BigDecimal usd(Duration charged) {
        return PriceList.perHour(OFFERING)
                .orElseThrow()
                .multiply(BigDecimal.valueOf(charged.toMillis()))
                .divide(BigDecimal.valueOf(Duration.ofHours(1).toMillis()), 6, RoundingMode.HALF_UP);
    }

    private static Loss dearest(List<Loss> losses, boolean isFirstBoot) {
        return losses.stream()
                .filter(loss -> loss.isFirstBoot() == isFirstBoot)
                .max(Comparator.comparing(Loss::usd))
                .orElseThrow();
    }

    @Test
    @DisplayName(
            "R1 a machine whose controller and gateways are lost for ever costs deadManSeconds at most, in a first boot its grace")
    void costsItsDeadMansTimeAtMost() {
        List<Loss> losses = LOSSES;

        assertThat(losses).hasSizeGreaterThan(300);
        assertThat(losses)
                .allSatisfy(loss -> assertThat(loss.usd())
                        .isLessThanOrEqualTo(usd(loss.isFirstBoot() ? FIRST_BOOT_GRACE : DEAD_MAN)));
        assertThat(losses)
                .as("none while it sleeps")
                .anySatisfy(loss -> assertThat(loss.usd()).isZero());
        assertThat(dearest(losses, true).usd()).isEqualTo(usd(FIRST_BOOT_GRACE));
        assertThat(dearest(losses, false).usd()).isEqualTo(usd(DEAD_MAN));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void costsWhatWasForeseen(boolean isFirstBoot) {
        Loss dearest = dearest(LOSSES, isFirstBoot);

        assertThat(spent(dearest.moment())).isEqualTo(dearest.usd());
    }
}
