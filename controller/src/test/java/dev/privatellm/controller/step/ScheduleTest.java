// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.controller.link.LinkDocument;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A machine that keeps hours. The world begins on a Saturday at 08:00 UTC. */
final class ScheduleTest {
    private static final Instant NINE = Instant.parse("2026-11-21T09:00:00Z");
    private static final Instant TEN = Instant.parse("2026-11-21T10:00:00Z");
    private final World world = new World();

    private void schedule(String... windows) {
        world.document = World.sample("schedule:\n- " + String.join("\n- ", windows));
    }

    private void until(Instant moment) {
        world.passes(Duration.between(world.clock.instant(), moment));
    }

    @Test
    void offHoursRefuseWakesSayWhenTheyEndAndEndThen() {
        schedule("{cron: '* 8-9 * * *', timeZone: UTC, action: Off}");
        world.request();
        world.passes(Duration.ofMinutes(5));

        LinkDocument link = world.links.getLast();
        assertThat(world.cloud.instances().created()).isZero();
        assertThat(link.accepts()).isEqualTo(LinkDocument.Accepts.REFUSE);
        assertThat(link.reason()).contains("SleepingByPolicy");
        assertThat(link.retryAt()).contains(TEN);
        assertThat(world.condition("Ready")).contains("TRUE/Scheduled");
        assertThat(world.last.status().schedule().orElseThrow().mode()).isEqualTo("OFF");

        until(TEN.plusSeconds(1));
        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.clock.instant()).isBefore(TEN.plus(Duration.ofMinutes(5)));
    }

    @Test
    void offHoursTakeTheMachineFromWhoeverIsStillThere() {
        schedule("{cron: '* 9 * * *', timeZone: UTC, action: Off}");
        world.wake();
        world.guests.openStreams(1);
        until(NINE.plus(Duration.ofMinutes(4)));
        assertThat(world.power()).isInstanceOf(MachineState.Draining.class);
        until(NINE.plus(Duration.ofMinutes(7)));

        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);
    }

    @Test
    void hoursThatAreOnKeepAMachineThatNobodyAskedFor() {
        schedule("{cron: '* 9 * * *', timeZone: UTC, action: On}");
        world.passes(Duration.ofMinutes(10));
        assertThat(world.cloud.instances().created()).isZero();
        assertThat(world.last
                        .status()
                        .schedule()
                        .orElseThrow()
                        .next()
                        .orElseThrow()
                        .begin())
                .isEqualTo(NINE);

        until(NINE.plus(Duration.ofMinutes(30)));
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        assertThat(world.store.read().state().plan().wake().orElseThrow().askedBy())
                .isEqualTo("WindowOpen");
        assertThat(world.store.read().state().plan().wake().orElseThrow().askedAt())
                .isBetween(NINE, NINE.plusSeconds(1));

        until(TEN.plus(Duration.ofMinutes(3)));
        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);
    }

    @Test
    void aSleepByHandHoldsForTheRestOfAWindowAndAWakeEndsIt() {
        schedule("{cron: '* 9 * * *', timeZone: UTC, action: On}");
        until(NINE.plus(Duration.ofMinutes(10)));
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);

        world.requests = new PowerRequests(Optional.empty(), Optional.of("enough"), PowerRequests.Order.NONE);
        world.passes(Duration.ofMinutes(20));
        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);

        world.requests = new PowerRequests(Optional.of("on again"), Optional.of("enough"), PowerRequests.Order.NONE);
        world.passes(Duration.ofMinutes(10));
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);

        world.requests = new PowerRequests(Optional.of("on again"), Optional.of("late"), PowerRequests.Order.NONE);
        until(NINE.plus(Duration.ofDays(1)).plus(Duration.ofMinutes(10)));
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
    }

    @Test
    void aMachineThatIsWarmedUpServesWhenItsWindowBegins() {
        schedule("{cron: '0 9 * * *', timeZone: UTC, action: PreWarm}");
        until(NINE);
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        until(TEN);
        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);

        // The first start of a stopped machine was timed by nobody; the one after it is.
        world.wake();
        world.sleep();
        until(NINE.plus(Duration.ofDays(1)));
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        assertThat(world.store.read().state().plan().wake().orElseThrow().askedAt())
                .isAfter(NINE.plus(Duration.ofDays(1)).minus(Prospects.LATER_BOOT));
    }

    @Test
    void aWakeByHandDoesNotOpenClosedHours() {
        schedule("{cron: '* 8-9 * * *', timeZone: UTC, action: Off}");
        world.requests = new PowerRequests(Optional.of("by hand"), Optional.empty(), PowerRequests.Order.NONE);
        world.passes(Duration.ofMinutes(5));

        assertThat(world.cloud.instances().created()).isZero();
        assertThat(world.last.status().message()).contains("spec.power.schedule", "2026-11-21T10:00:00Z");
    }

    @Test
    void stepsAgainWhenTheNextWindowBegins() {
        schedule("{cron: '3 8 * * *', timeZone: UTC, action: On}");
        world.passes(Duration.ofMinutes(1));

        assertThat(world.last.nextRun()).isEqualTo(Instant.parse("2026-11-21T08:03:00Z"));
    }
}
