// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.power.MachineState.Absent;
import dev.privatellm.machine.power.MachineState.Booting;
import dev.privatellm.machine.power.MachineState.Creating;
import dev.privatellm.machine.power.MachineState.Draining;
import dev.privatellm.machine.power.MachineState.Failed;
import dev.privatellm.machine.power.MachineState.Preempted;
import dev.privatellm.machine.power.MachineState.Serving;
import dev.privatellm.machine.power.MachineState.Starting;
import dev.privatellm.machine.power.MachineState.Stopped;
import dev.privatellm.machine.power.MachineState.Stopping;
import dev.privatellm.machine.power.MachineState.Suspended;
import dev.privatellm.machine.power.MachineState.Unknown;
import dev.privatellm.machine.power.MachineState.Warming;
import dev.privatellm.machine.power.PowerDecision.Keep;
import dev.privatellm.machine.power.PowerDecision.KeepUntil;
import dev.privatellm.machine.power.PowerDecision.Start;
import dev.privatellm.machine.power.PowerDecision.Stop;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What money and the calendar have to say about power, and in which order they are heard. */
final class PowerByMoneyAndHoursTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant BEFORE = NOW.minusSeconds(30);
    private static final Demand WAITING = new Demand(1, 0, Optional.of(NOW));
    private static final PowerWish WAKE = new PowerWish(true, false, false);
    private static final PowerWish SLEEP = new PowerWish(false, true, false);
    private static final PowerWish LOCKED = new PowerWish(false, false, true);
    private static final PowerSettings AUTO = settings(PowerState.AUTO);
    private static final PowerSettings RUNNING = settings(PowerState.RUNNING);
    private static final PowerSettings OFF = settings(PowerState.STOPPED);

    private static PowerSettings settings(PowerState state) {
        return new PowerSettings(
                state,
                FirstBoot.ON_DEMAND,
                Duration.ofMinutes(1),
                Duration.ofMinutes(15),
                Duration.ofMinutes(30),
                Duration.ofMinutes(5),
                Duration.ofDays(1),
                Duration.ofMinutes(15),
                Duration.ZERO,
                Optional.empty(),
                List.of());
    }

    private static List<MachineState> everyState() {
        return List.of(
                new Absent(BEFORE),
                new Creating(BEFORE, BEFORE, true),
                new Starting(BEFORE, BEFORE, false),
                new Booting(BEFORE, BEFORE, false),
                new Warming(BEFORE, BEFORE, false, "loading", 10, BEFORE),
                new Serving(BEFORE, Optional.empty()),
                new Draining(BEFORE, BEFORE, "IdleTimeout", false, NOW, 0),
                new Stopping(BEFORE, "IdleTimeout", false),
                new Stopped(BEFORE),
                new Preempted(BEFORE),
                new Suspended(BEFORE),
                new MachineState.Deleting(BEFORE, "CreateDeadlineExceeded"),
                new Failed(BEFORE, "NoCapacity", "", 1, Optional.of(BEFORE), 1),
                new Unknown(BEFORE, new Serving(BEFORE, Optional.empty())));
    }

    private static PowerOutlook budget(BudgetVerdict.State state, boolean forbids) {
        return new PowerOutlook(
                new BudgetVerdict(state, forbids, false, Optional.of(BigDecimal.TEN), BigDecimal.TEN, Optional.of(NOW)),
                ScheduleState.NONE);
    }

    private static PowerOutlook schedule(ScheduleState.Mode mode) {
        return new PowerOutlook(
                BudgetVerdict.NONE,
                new ScheduleState(mode, Optional.of(NOW.plusSeconds(600)), Optional.empty(), Optional.empty()));
    }

    private static PowerDecision decide(
            MachineState state, Demand demand, PowerWish wish, PowerSettings settings, PowerOutlook outlook) {
        return PowerPolicy.decide(
                new PowerPolicy.Situation(
                        state, true, demand, wish, 0, demand.lastActivity(), Optional.empty(), outlook),
                settings,
                NOW);
    }

    private static final PowerOutlook EXCEEDED = budget(BudgetVerdict.State.EXCEEDED, true);
    private static final PowerOutlook WARNED = budget(BudgetVerdict.State.EXCEEDED, false);
    private static final PowerOutlook OFF_HOURS = schedule(ScheduleState.Mode.OFF);
    private static final PowerOutlook ON_HOURS = schedule(ScheduleState.Mode.ON);

    @Test
    void anExceededBudgetRefusesWakesWhoeverAsks() {
        for (MachineState asleep : List.of(new Absent(BEFORE), new Stopped(BEFORE), new Preempted(BEFORE))) {
            for (PowerSettings settings : List.of(AUTO, RUNNING)) {
                assertThat(decide(asleep, WAITING, WAKE, settings, EXCEEDED)).isEqualTo(new Keep("BudgetExceeded"));
            }
            assertThat(decide(asleep, WAITING, PowerWish.NONE, AUTO, WARNED)).isEqualTo(new Start("RequestsWaiting"));
        }
    }

    @Test
    void anExceededBudgetTakesAMachineAtItsNextIdleMomentAndCutsNoAnswer() {
        MachineState serving = new Serving(BEFORE, Optional.empty());
        Demand answering = new Demand(0, 1, Optional.of(NOW));

        assertThat(decide(serving, Demand.NONE, PowerWish.NONE, RUNNING, EXCEEDED))
                .isEqualTo(new Stop("BudgetExceeded", false));
        assertThat(decide(serving, answering, PowerWish.NONE, RUNNING, EXCEEDED))
                .isInstanceOf(KeepUntil.class)
                .extracting(PowerDecision::reason)
                .isEqualTo("InFlight");
        assertThat(decide(
                        new Draining(BEFORE, BEFORE, "IdleTimeout", false, NOW, 0),
                        answering,
                        PowerWish.NONE,
                        AUTO,
                        EXCEEDED))
                .isEqualTo(new Stop("BudgetExceeded", false));
        assertThat(decide(new Booting(BEFORE, BEFORE, false), WAITING, PowerWish.NONE, AUTO, EXCEEDED))
                .isEqualTo(new Stop("BudgetExceeded", true));
    }

    @Test
    void offHoursStopWhateverRunsAndRefuseWakes() {
        for (MachineState state : everyState()) {
            boolean canBeStopped = state.isWaking() || state instanceof Serving || state instanceof Draining;
            assertThat(decide(state, WAITING, WAKE, RUNNING, OFF_HOURS).equals(new Stop("Scheduled", true)))
                    .as("%s", state)
                    .isEqualTo(canBeStopped);
        }
        assertThat(decide(new Stopped(BEFORE), WAITING, WAKE, RUNNING, OFF_HOURS))
                .isEqualTo(new Keep("Scheduled"));
    }

    @Test
    void hoursThatAreOnStartAMachineThatNobodyAskedForAndKeepIt() {
        assertThat(decide(new Stopped(BEFORE), Demand.NONE, PowerWish.NONE, AUTO, ON_HOURS))
                .isEqualTo(new Start("WindowOpen"));
        assertThat(decide(new Serving(NOW.minusSeconds(4000), Optional.empty()), Demand.NONE, SLEEP, AUTO, ON_HOURS)
                        .reason())
                .isEqualTo("WindowOpen");
        assertThat(decide(
                        new Draining(BEFORE, BEFORE, "IdleTimeout", false, NOW, 0),
                        Demand.NONE,
                        PowerWish.NONE,
                        AUTO,
                        ON_HOURS))
                .isEqualTo(new Keep("DemandDuringDrain"));
    }

    /** The table's order: each row has the facts of all later ones too, and its own answer. */
    @Test
    void rulesAnswerInTheOrderOfTheTable() {
        PowerOutlook moneyAndHours = new PowerOutlook(EXCEEDED.budget(), OFF_HOURS.schedule());
        MachineState idle = new Serving(NOW.minusSeconds(4000), Optional.empty());
        MachineState tooLong = new Serving(NOW.minus(Duration.ofDays(2)), Optional.empty());

        assertThat(decide(tooLong, WAITING, LOCKED, OFF, moneyAndHours).reason())
                .isEqualTo("LockedDown");
        assertThat(decide(tooLong, WAITING, WAKE, OFF, moneyAndHours).reason()).isEqualTo("StoppedByUser");
        assertThat(decide(tooLong, Demand.NONE, WAKE, RUNNING, moneyAndHours).reason())
                .isEqualTo("BudgetExceeded");
        assertThat(decide(tooLong, WAITING, WAKE, RUNNING, OFF_HOURS).reason()).isEqualTo("Scheduled");
        assertThat(decide(tooLong, WAITING, WAKE, RUNNING, ON_HOURS).reason()).isEqualTo("MaxUptime");
        assertThat(decide(idle, WAITING, SLEEP, RUNNING, ON_HOURS).reason()).isEqualTo("PowerStateRunning");
        assertThat(decide(idle, WAITING, SLEEP, AUTO, ON_HOURS).reason()).isEqualTo("WindowOpen");
        assertThat(decide(idle, WAITING, SLEEP, AUTO, PowerOutlook.NONE).reason())
                .isEqualTo("InFlight");
        assertThat(decide(idle, Demand.NONE, SLEEP, AUTO, PowerOutlook.NONE).reason())
                .isEqualTo("SleepRequested");
        assertThat(decide(idle, Demand.NONE, PowerWish.NONE, AUTO, PowerOutlook.NONE)
                        .reason())
                .isEqualTo("IdleTimeout");
    }

    @Test
    void idlenessEndsNoRunBeforeItsShortestTime() {
        PowerSettings settings = new PowerSettings(
                PowerState.AUTO,
                FirstBoot.ON_DEMAND,
                Duration.ofMinutes(1),
                Duration.ofMinutes(15),
                Duration.ofMinutes(30),
                Duration.ofMinutes(5),
                Duration.ofDays(1),
                Duration.ofMinutes(15),
                Duration.ofHours(1),
                Optional.empty(),
                List.of());

        assertThat(idle(settings, PowerWish.NONE, Duration.ofMinutes(50)))
                .isEqualTo(new KeepUntil(NOW.plus(Duration.ofMinutes(10)), "Idle"));
        assertThat(idle(settings, SLEEP, Duration.ofMinutes(50))).isEqualTo(new Stop("SleepRequested", false));
        assertThat(idle(settings, PowerWish.NONE, Duration.ofHours(1))).isEqualTo(new Stop("IdleTimeout", false));
        assertThat(idle(AUTO, PowerWish.NONE, Duration.ofMinutes(50))).isEqualTo(new Stop("IdleTimeout", false));
    }

    /** Of a machine that has served for two minutes, was never used and has had power for so long. */
    private static PowerDecision idle(PowerSettings settings, PowerWish wish, Duration powered) {
        return PowerPolicy.decide(
                new PowerPolicy.Situation(
                        new Serving(NOW.minusSeconds(120), Optional.empty()),
                        true,
                        Demand.NONE,
                        wish,
                        0,
                        Optional.empty(),
                        Optional.of(NOW.minus(powered)),
                        PowerOutlook.NONE),
                settings,
                NOW);
    }

    @Test
    void whatIsKeptIsLeftAloneWhateverElseIsTrue() {
        PowerWish kept = new PowerWish(true, true, true, Optional.of("ReconcilePaused"));
        for (MachineState state : everyState()) {
            for (PowerSettings settings : List.of(AUTO, RUNNING, OFF)) {
                for (PowerOutlook outlook : List.of(PowerOutlook.NONE, EXCEEDED, OFF_HOURS, ON_HOURS)) {
                    assertThat(decide(state, WAITING, kept, settings, outlook)).isEqualTo(new Keep("ReconcilePaused"));
                }
            }
        }
    }
}
