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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class PowerPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant BEFORE = NOW.minusSeconds(30);
    private static final Demand WAITING = new Demand(1, 0, Optional.of(NOW));
    private static final PowerWish WAKE = new PowerWish(true, false, false);
    private static final PowerWish SLEEP = new PowerWish(false, true, false);
    private static final PowerWish LOCKED = new PowerWish(false, false, true);

    private static PowerSettings settings(PowerState state, FirstBoot firstBoot, Duration idle) {
        return new PowerSettings(
                state,
                firstBoot,
                idle,
                Duration.ofMinutes(15),
                Duration.ofMinutes(30),
                Duration.ofMinutes(5),
                Duration.ofDays(1),
                Duration.ofMinutes(15),
                Duration.ZERO,
                Optional.empty(),
                List.of());
    }

    private static final PowerSettings AUTO = settings(PowerState.AUTO, FirstBoot.ON_DEMAND, Duration.ofMinutes(1));
    private static final PowerSettings RUNNING =
            settings(PowerState.RUNNING, FirstBoot.ON_DEMAND, Duration.ofMinutes(1));
    private static final PowerSettings OFF = settings(PowerState.STOPPED, FirstBoot.ON_DEMAND, Duration.ofMinutes(1));

    private static PowerDecision decide(MachineState state, Demand demand, PowerWish wish, PowerSettings settings) {
        return PowerPolicy.decide(
                new PowerPolicy.Situation(
                        state, true, demand, wish, 0, demand.lastActivity(), Optional.empty(), PowerOutlook.NONE),
                settings,
                NOW);
    }

    private static PowerDecision auto(MachineState state, Demand demand) {
        return decide(state, demand, PowerWish.NONE, AUTO);
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

    @Test
    void startsASleepingMachineForWhoeverWaits() {
        for (MachineState asleep : List.of(new Absent(BEFORE), new Stopped(BEFORE), new Preempted(BEFORE))) {
            assertThat(auto(asleep, WAITING)).isEqualTo(new Start("RequestsWaiting"));
            assertThat(auto(asleep, Demand.NONE)).isEqualTo(new Keep("NoDemand"));
            assertThat(decide(asleep, Demand.NONE, WAKE, AUTO)).isEqualTo(new Start("WokenByHand"));
            assertThat(decide(asleep, Demand.NONE, PowerWish.NONE, RUNNING)).isEqualTo(new Start("PowerStateRunning"));
        }
    }

    @Test
    void refusesToWakeWhatIsForbidden() {
        for (PowerSettings each : List.of(AUTO, RUNNING, OFF)) {
            assertThat(decide(new Stopped(BEFORE), WAITING, LOCKED, each)).isEqualTo(new Keep("LockedDown"));
        }
        assertThat(decide(new Stopped(BEFORE), WAITING, WAKE, OFF)).isEqualTo(new Keep("StoppedByUser"));
    }

    @Test
    void stopsWhateverRunsOnceItIsForbidden() {
        for (MachineState state : everyState()) {
            boolean canBeStopped = state.isWaking() || state instanceof Serving || state instanceof Draining;
            assertThat(decide(state, WAITING, LOCKED, AUTO) instanceof Stop(String reason, boolean forced)
                            && reason.equals("LockedDown")
                            && forced)
                    .as("%s", state)
                    .isEqualTo(canBeStopped);
        }
    }

    @Test
    void makesTheFirstMachineAtOnceOnlyOnce() {
        PowerSettings atOnce = settings(PowerState.AUTO, FirstBoot.AT_ONCE, Duration.ofMinutes(1));
        var never = new PowerPolicy.Situation(
                new Absent(BEFORE),
                false,
                Demand.NONE,
                PowerWish.NONE,
                0,
                Optional.empty(),
                Optional.empty(),
                PowerOutlook.NONE);
        var once = new PowerPolicy.Situation(
                new Absent(BEFORE),
                true,
                Demand.NONE,
                PowerWish.NONE,
                0,
                Optional.empty(),
                Optional.empty(),
                PowerOutlook.NONE);

        assertThat(PowerPolicy.decide(never, atOnce, NOW)).isEqualTo(new Start("FirstBoot"));
        assertThat(PowerPolicy.decide(once, atOnce, NOW)).isEqualTo(new Keep("NoDemand"));
        assertThat(PowerPolicy.decide(never, AUTO, NOW)).isEqualTo(new Keep("NoDemand"));
    }

    @Test
    @DisplayName("C12 while a machine boots or loads its model the idle time never counts, only the deadline")
    void neverAppliesTheIdleTimeWhileWaking() {
        Instant longAgo = NOW.minus(Duration.ofMinutes(14));
        for (MachineState waking : List.of(
                new Creating(longAgo, longAgo, true),
                new Starting(longAgo, longAgo, false),
                new Booting(longAgo, longAgo, false),
                new Warming(longAgo, longAgo, false, "loading", 90, BEFORE))) {
            assertThat(auto(waking, Demand.NONE)).isInstanceOf(KeepUntil.class);
        }
    }

    @Test
    @DisplayName("P2 a first boot has 30 minutes, a later one 15, and a model that makes no progress 5")
    void stopsAWakeAtItsDeadline() {
        Instant at29 = NOW.minus(Duration.ofMinutes(29));
        Instant at31 = NOW.minus(Duration.ofMinutes(31));
        Stop late = new Stop("ActivationDeadlineExceeded", true);

        assertThat(auto(new Booting(BEFORE, at29, true), WAITING)).isInstanceOf(KeepUntil.class);
        assertThat(auto(new Booting(BEFORE, at29, false), WAITING)).isEqualTo(late);
        assertThat(auto(new Booting(BEFORE, at31, true), WAITING)).isEqualTo(late);
        assertThat(auto(new Warming(BEFORE, at29, true, "pulling", 40, NOW.minus(Duration.ofMinutes(6))), WAITING))
                .isEqualTo(new Stop("ModelLoadStalled", true));
    }

    @Test
    @DisplayName(
            "P3 P5 stops at the later of last activity and readiness plus the idle time, and never with a stream open")
    void stopsAnIdleMachine() {
        Serving serving = new Serving(NOW.minusSeconds(59), Optional.empty());
        assertThat(auto(serving, Demand.NONE)).isEqualTo(new KeepUntil(NOW.plusSeconds(1), "Idle"));
        Serving longer = new Serving(NOW.minusSeconds(600), Optional.empty());
        assertThat(auto(longer, Demand.NONE)).isEqualTo(new Stop("IdleTimeout", false));
        assertThat(auto(longer, new Demand(0, 0, Optional.of(NOW.minusSeconds(20)))))
                .isEqualTo(new KeepUntil(NOW.plusSeconds(40), "Idle"));
        assertThat(auto(longer, new Demand(0, 1, Optional.of(NOW.minusSeconds(599)))))
                .isInstanceOf(KeepUntil.class);
        var streaming = new PowerPolicy.Situation(
                longer, true, Demand.NONE, PowerWish.NONE, 1, Optional.empty(), Optional.empty(), PowerOutlook.NONE);
        assertThat(PowerPolicy.decide(streaming, AUTO, NOW)).isInstanceOf(KeepUntil.class);
    }

    @Test
    @DisplayName("U1 an idle time of zero means never")
    void neverSleepsWithAnIdleTimeOfZero() {
        PowerSettings never = settings(PowerState.AUTO, FirstBoot.ON_DEMAND, Duration.ZERO);
        Serving serving = new Serving(NOW.minus(Duration.ofHours(5)), Optional.empty());

        assertThat(decide(serving, Demand.NONE, PowerWish.NONE, never)).isInstanceOf(KeepUntil.class);
    }

    @Test
    void endsARunBeforeItsCeiling() {
        Serving old = new Serving(NOW.minus(Duration.ofDays(1)).plus(Duration.ofMinutes(5)), Optional.empty());

        assertThat(auto(old, WAITING)).isEqualTo(new Stop("MaxUptime", true));
        assertThat(decide(old, WAITING, PowerWish.NONE, RUNNING)).isEqualTo(new Stop("MaxUptime", true));
    }

    @Test
    @DisplayName(
            "P3 a run is ended by us, with its drain, before the cloud ends it: its ceiling counts from the moment of power, not of serving")
    void countsItsCeilingAsTheCloudDoes() {
        Instant powered = NOW.minus(Duration.ofDays(1)).plus(Duration.ofMinutes(5));
        Serving afterALongBoot = new Serving(powered.plus(Duration.ofMinutes(20)), Optional.empty());
        var situation = new PowerPolicy.Situation(
                afterALongBoot,
                true,
                WAITING,
                PowerWish.NONE,
                1,
                Optional.empty(),
                Optional.of(powered),
                PowerOutlook.NONE);

        assertThat(PowerPolicy.decide(situation, AUTO, NOW)).isEqualTo(new Stop("MaxUptime", true));
        assertThat(PowerPolicy.decide(situation, AUTO, NOW.minusSeconds(1))).isInstanceOf(KeepUntil.class);
    }

    @Test
    void stopsAMachineThatNobodyReachesOnlyAfterTenMinutes() {
        Instant nine = NOW.minus(Duration.ofMinutes(9));
        Instant ten = NOW.minus(Duration.ofMinutes(10));

        assertThat(auto(new Serving(nine, Optional.of(nine)), WAITING)).isInstanceOf(KeepUntil.class);
        assertThat(auto(new Serving(ten, Optional.of(ten)), WAITING)).isEqualTo(new Stop("GuestUnreachable", true));
    }

    @Test
    void stopsAMachineThatIsIdleAndSilentAfterItsIdleTimeAndOneThatIsAskedForLater() {
        Instant before = NOW.minus(Duration.ofHours(1));
        Optional<Instant> shortly = Optional.of(NOW.minusSeconds(59));
        Optional<Instant> longer = Optional.of(NOW.minusSeconds(60));

        assertThat(auto(new Serving(before, shortly), Demand.NONE)).isInstanceOf(KeepUntil.class);
        assertThat(auto(new Serving(before, longer), Demand.NONE)).isEqualTo(new Stop("IdleTimeout", true));
        assertThat(auto(new Serving(before, longer), WAITING)).isInstanceOf(KeepUntil.class);
        assertThat(decide(new Serving(before, longer), Demand.NONE, PowerWish.NONE, RUNNING))
                .isInstanceOf(KeepUntil.class);
    }

    @Test
    void sleepByHandNeverCutsAnAnswer() {
        Serving serving = new Serving(BEFORE, Optional.empty());

        assertThat(decide(serving, WAITING, SLEEP, AUTO)).isInstanceOf(KeepUntil.class);
        assertThat(decide(serving, Demand.NONE, SLEEP, AUTO)).isEqualTo(new Stop("SleepRequested", false));
        assertThat(decide(new Booting(BEFORE, BEFORE, false), WAITING, SLEEP, AUTO))
                .isInstanceOf(KeepUntil.class);
        assertThat(decide(new Booting(BEFORE, BEFORE, false), Demand.NONE, SLEEP, AUTO))
                .isInstanceOf(Stop.class);
    }

    @Test
    void callsADrainOffForWhoeverComesUnlessItIsForced() {
        Draining idle = new Draining(BEFORE, BEFORE, "IdleTimeout", false, NOW, 0);
        Draining forced = new Draining(BEFORE, BEFORE, "MaxUptime", true, NOW, 3);

        assertThat(auto(idle, WAITING)).isEqualTo(new Keep("DemandDuringDrain"));
        assertThat(auto(idle, Demand.NONE)).isEqualTo(new Stop("IdleTimeout", false));
        assertThat(auto(forced, WAITING)).isEqualTo(new Stop("MaxUptime", true));
    }

    @Test
    void triesAFailedWakeAgainOnlyWhenItIsTime() {
        Failed later = new Failed(BEFORE, "BootFailed", "", 1, Optional.of(NOW.plusSeconds(10)), 1);
        Failed never = new Failed(BEFORE, "BootFailed", "", 3, Optional.empty(), 1);

        assertThat(auto(later, WAITING)).isEqualTo(new KeepUntil(NOW.plusSeconds(10), "BootFailed"));
        assertThat(auto(never, WAITING)).isEqualTo(new Keep("BootFailed"));
        assertThat(decide(never, Demand.NONE, WAKE, AUTO)).isEqualTo(new Start("WokenByHand"));
    }

    @Test
    @DisplayName("P10 what is not known is neither started nor stopped")
    void doesNothingWhileNothingIsKnown() {
        for (MachineState last : everyState()) {
            for (PowerSettings each : List.of(AUTO, RUNNING, OFF)) {
                assertThat(decide(new Unknown(BEFORE, last), WAITING, LOCKED, each))
                        .isEqualTo(new Keep("CloudUnreachable"));
            }
        }
    }

    @Test
    @DisplayName(
            "R9 every state has an answer with a reason, whatever else is true; nothing busy is ever put to sleep for idleness")
    void answersEverySituation() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            MachineState state = everyState().get(random.nextInt(everyState().size()));
            Demand demand = new Demand(
                    random.nextInt(2),
                    random.nextInt(2),
                    random.nextBoolean() ? Optional.empty() : Optional.of(NOW.minusSeconds(random.nextInt(4_000))));
            PowerWish wish = new PowerWish(random.nextBoolean(), random.nextBoolean(), random.nextInt(4) == 0);
            PowerSettings settings = List.of(AUTO, RUNNING, OFF).get(random.nextInt(3));
            int streams = random.nextInt(2);
            var situation = new PowerPolicy.Situation(
                    state,
                    random.nextBoolean(),
                    demand,
                    wish,
                    streams,
                    demand.lastActivity(),
                    Optional.empty(),
                    PowerOutlook.NONE);

            PowerDecision decision = PowerPolicy.decide(situation, settings, NOW);

            assertThat(decision.reason()).matches("[A-Z][A-Za-z]+");
            if (decision instanceof Stop(String _, boolean forced) && !forced) {
                assertThat(demand.isPresent() || streams > 0)
                        .as("%s", situation)
                        .isFalse();
            }
            if (decision instanceof Start) {
                assertThat(wish.lockDown()).isFalse();
                assertThat(state.isBillable()).isFalse();
            }
        }
    }
}
