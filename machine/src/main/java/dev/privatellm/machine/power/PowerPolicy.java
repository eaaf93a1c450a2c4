// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import dev.privatellm.machine.power.MachineState.Absent;
import dev.privatellm.machine.power.MachineState.Booting;
import dev.privatellm.machine.power.MachineState.Creating;
import dev.privatellm.machine.power.MachineState.Deleting;
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
import java.util.Optional;

/**
 * Decides whether the machine should have power. The first rule that answers wins:
 *
 * <ol>
 *   <li>paused, or only to be looked at: keep;
 *   <li>forbidden (lock-down, {@code powerState: Stopped}, budget exceeded, inside an {@code Off} window): stop, refuse wakes; what was paid for is used up,
 *       so a budget takes a machine that serves only at its next idle moment;
 *   <li>up for {@code maxUptime} less the time of a drain, counted from when it was given power, as the cloud counts: stop;
 *   <li>wanted always ({@code powerState: Running}, inside an {@code On} window or one that is warmed up for): start or keep;
 *   <li>asleep: start if somebody waits;
 *   <li>waking: keep until the deadline. The idle time never counts while a machine boots or loads its model;
 *   <li>serving with anything held, in flight or open on the machine: keep;
 *   <li>serving without: stop {@code idleTimeout} after the later of the last activity and the moment of serving, and not before it has had power for {@code
 *       minUptime}; a guest that is silent by then is not asked to drain, and its idle time begins with its silence at the earliest.
 * </ol>
 */
public final class PowerPolicy {
    /** A guest that pulls or loads without any progress for so long will not finish. */
    public static final Duration STALL_LIMIT = Duration.ofMinutes(5);

    /** A machine that nobody can reach for so long earns nothing. */
    static final Duration UNREACHABLE_LIMIT = Duration.ofMinutes(10);

    /**
     * What was true when the question was asked.
     *
     * @param state the machine's state
     * @param everBooted whether any machine of this resource has ever served
     * @param demand requests held or in flight
     * @param openStreams streams that the machine itself counts; 0 if it could not be asked
     * @param lastActivity latest activity that anybody saw, gateways or machine
     * @param poweredSince when the machine was given the power that it has; empty if it has none
     * @param outlook what money and the calendar say
     */
    public record Situation(
            MachineState state,
            boolean everBooted,
            Demand demand,
            PowerWish wish,
            int openStreams,
            Optional<Instant> lastActivity,
            Optional<Instant> poweredSince,
            PowerOutlook outlook) {

        boolean isBusy() {
            return demand.isPresent() || openStreams > 0;
        }
    }

    private PowerPolicy() {}

    /** The decision for this situation at this moment. */
    public static PowerDecision decide(Situation situation, PowerSettings settings, Instant now) {
        if (situation.wish().kept().isPresent()) {
            return new Keep(situation.wish().kept().get());
        }
        Optional<Prohibition> forbidden = forbidden(situation, settings);
        return switch (situation.state()) {
            case Unknown _ -> new Keep("CloudUnreachable");
            case Suspended _ -> new Keep("SuspendedOutside");
            case Stopping stopping -> new Keep(stopping.reason());
            case Deleting deleting -> new Keep(deleting.reason());
            case Absent _, Stopped _, Preempted _ ->
                forbidden
                        .<PowerDecision>map(prohibition -> new Keep(prohibition.reason()))
                        .orElseGet(() -> asleep(situation, settings));
            case Failed failed ->
                forbidden
                        .<PowerDecision>map(prohibition -> new Keep(prohibition.reason()))
                        .orElseGet(() -> failed(failed, situation, settings, now));
            case Creating creating -> waking(creating.wakeStarted(), creating.firstBoot(), situation, settings, now);
            case Starting starting -> waking(starting.wakeStarted(), starting.firstBoot(), situation, settings, now);
            case Booting booting -> waking(booting.wakeStarted(), booting.firstBoot(), situation, settings, now);
            case Warming warming -> warming(warming, situation, settings, now);
            case Serving serving ->
                forbidden
                        .filter(prohibition -> prohibition.cuts() || !situation.isBusy())
                        .<PowerDecision>map(prohibition -> new Stop(prohibition.reason(), prohibition.cuts()))
                        .orElseGet(() -> serving(serving, situation, settings, now));
            case Draining draining ->
                forbidden
                        .<PowerDecision>map(
                                prohibition -> new Stop(prohibition.reason(), prohibition.cuts() || draining.forced()))
                        .orElseGet(() -> draining(draining, situation, settings));
        };
    }

    /**
     * Why no machine may run.
     *
     * @param cuts whether running answers are cut once the drain's time is over
     */
    private record Prohibition(String reason, boolean cuts) {}

    private static Optional<Prohibition> forbidden(Situation situation, PowerSettings settings) {
        if (situation.wish().lockDown()) {
            return Optional.of(new Prohibition("LockedDown", true));
        }
        if (settings.powerState() == PowerState.STOPPED) {
            return Optional.of(new Prohibition("StoppedByUser", true));
        }
        if (situation.outlook().budget().forbids()) {
            return Optional.of(new Prohibition("BudgetExceeded", false));
        }
        return situation.outlook().schedule().mode() == ScheduleState.Mode.OFF
                ? Optional.of(new Prohibition("Scheduled", true))
                : Optional.empty();
    }

    /** Why it is wanted whether anybody asks or not. */
    private static Optional<String> wantedAlways(Situation situation, PowerSettings settings) {
        if (situation.outlook().budget().forbids()) {
            return Optional.empty();
        }
        if (settings.powerState() == PowerState.RUNNING) {
            return Optional.of("PowerStateRunning");
        }
        return situation.outlook().schedule().mode() == ScheduleState.Mode.ON
                ? Optional.of("WindowOpen")
                : Optional.empty();
    }

    private static PowerDecision asleep(Situation situation, PowerSettings settings) {
        Optional<String> wanted = wantedAlways(situation, settings);
        if (wanted.isPresent()) {
            return new Start(wanted.get());
        }
        if (situation.wish().wake()) {
            return new Start("WokenByHand");
        }
        if (situation.demand().isPresent()) {
            return new Start("RequestsWaiting");
        }
        return settings.firstBoot() == FirstBoot.AT_ONCE && !situation.everBooted()
                ? new Start("FirstBoot")
                : new Keep("NoDemand");
    }

    private static PowerDecision failed(Failed failed, Situation situation, PowerSettings settings, Instant now) {
        if (situation.wish().wake()) {
            return new Start("WokenByHand");
        }
        if (failed.retryAt().isEmpty()) {
            return new Keep(failed.reason());
        }
        return now.isBefore(failed.retryAt().get())
                ? new KeepUntil(failed.retryAt().get(), failed.reason())
                : asleep(situation, settings);
    }

    private static PowerDecision waking(
            Instant wakeStarted, boolean firstBoot, Situation situation, PowerSettings settings, Instant now) {
        Optional<Prohibition> forbidden = forbidden(situation, settings);
        if (forbidden.isPresent()) {
            return new Stop(forbidden.get().reason(), true);
        }
        if (situation.wish().sleep()
                && !situation.isBusy()
                && wantedAlways(situation, settings).isEmpty()) {
            return new Stop("SleepRequested", true);
        }
        Instant deadline = settings.wakeDeadline(wakeStarted, firstBoot);
        return now.isBefore(deadline)
                ? new KeepUntil(deadline, "Waking")
                : new Stop("ActivationDeadlineExceeded", true);
    }

    private static PowerDecision warming(Warming warming, Situation situation, PowerSettings settings, Instant now) {
        PowerDecision decision = waking(warming.wakeStarted(), warming.firstBoot(), situation, settings, now);
        if (!(decision instanceof KeepUntil keep)) {
            return decision;
        }
        Instant stalled = warming.progressAt().plus(STALL_LIMIT);
        if (!now.isBefore(stalled)) {
            return new Stop("ModelLoadStalled", true);
        }
        return stalled.isBefore(keep.until()) ? new KeepUntil(stalled, "Waking") : keep;
    }

    private static PowerDecision serving(Serving serving, Situation situation, PowerSettings settings, Instant now) {
        Instant poweredSince = earlier(situation.poweredSince().orElse(serving.since()), serving.since());
        Instant ceiling = poweredSince.plus(settings.maxUptime()).minus(settings.drainTimeout());
        if (!now.isBefore(ceiling)) {
            return new Stop("MaxUptime", true);
        }
        if (serving.unreachableSince().isPresent()) {
            return unreachable(serving, serving.unreachableSince().get(), ceiling, situation, settings, now);
        }
        Optional<String> wanted = wantedAlways(situation, settings);
        if (wanted.isPresent()) {
            return new KeepUntil(ceiling, wanted.get());
        }
        if (situation.isBusy()) {
            return new KeepUntil(ceiling, "InFlight");
        }
        if (situation.wish().sleep()) {
            return new Stop("SleepRequested", false);
        }
        if (settings.idleTimeout().isZero()) {
            return new KeepUntil(ceiling, "NeverIdle");
        }
        Instant sleepAt = later(
                idleSince(serving, situation).plus(settings.idleTimeout()), poweredSince.plus(settings.minUptime()));
        return now.isBefore(sleepAt)
                ? new KeepUntil(earlier(sleepAt, ceiling), "Idle")
                : new Stop("IdleTimeout", false);
    }

    private static Instant idleSince(Serving serving, Situation situation) {
        return situation
                .lastActivity()
                .filter(activity -> activity.isAfter(serving.since()))
                .orElse(serving.since());
    }

    /**
     * What nobody asks for is not waited for any longer because it is silent, and is put to sleep like any other: its idle time runs from when it fell silent
     * at the earliest, for what it was doing last is not known.
     */
    private static PowerDecision unreachable(
            Serving serving, Instant since, Instant ceiling, Situation situation, PowerSettings settings, Instant now) {
        boolean mayBeIdle = !situation.isBusy()
                && wantedAlways(situation, settings).isEmpty()
                && !settings.idleTimeout().isZero();
        Instant limit = since.plus(UNREACHABLE_LIMIT);
        Instant idleAt = later(idleSince(serving, situation), since).plus(settings.idleTimeout());
        if (mayBeIdle && !idleAt.isAfter(limit)) {
            return now.isBefore(idleAt)
                    ? new KeepUntil(earlier(idleAt, ceiling), "GuestUnreachable")
                    : new Stop("IdleTimeout", true);
        }
        return now.isBefore(limit)
                ? new KeepUntil(earlier(limit, ceiling), "GuestUnreachable")
                : new Stop("GuestUnreachable", true);
    }

    private static PowerDecision draining(Draining draining, Situation situation, PowerSettings settings) {
        boolean isWoken = situation.wish().wake() && !situation.wish().sleep();
        boolean wantedAgain = isWoken
                || situation.isBusy()
                || wantedAlways(situation, settings).isPresent();
        return !draining.forced() && wantedAgain
                ? new Keep("DemandDuringDrain")
                : new Stop(draining.reason(), draining.forced());
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
