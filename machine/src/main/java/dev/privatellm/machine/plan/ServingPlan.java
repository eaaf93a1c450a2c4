// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A machine that serves, until its last stream has ended and its power is asked for. */
final class ServingPlan {
    private static final Duration INSTANCE_PERIOD = Duration.ofSeconds(30);
    private static final Duration SILENT_PERIOD = Duration.ofSeconds(2);
    private static final Duration DRAIN_PERIOD = Duration.ofSeconds(1);

    /** A guest that was not heard for so long is taken for gone where running answers may be cut; a shorter silence is a busy machine or network. */
    private static final Duration GONE_AFTER = Duration.ofSeconds(10);

    /** The reason for stopping a machine whose guest does as it likes. */
    private static final String DEAF = "DrainRefused";

    /** How far the record of the last activity may lag, so that a busy machine does not mean a busy disk. */
    private static final Duration ACTIVITY_PERIOD = Duration.ofMinutes(1);

    /** The same while a model is pulled or loaded, of whose end nothing but the record tells afterwards. */
    private static final Duration TRANSFER_PERIOD = Duration.ofSeconds(5);

    private ServingPlan() {}

    static Optional<Plan> serving(Turn turn, MachineState.Serving serving) {
        Optional<Machine> machine = turn.state().machine();
        if (machine.isPresent() && mayBeEnding(turn)) {
            return Turn.ask(new Question.OneMachine(machine.get().id()));
        }
        return isSilent(turn)
                ? MachinePlan.withInstance(
                        turn,
                        SILENT_PERIOD,
                        found -> serving(turn, serving, found, turn.now().plus(SILENT_PERIOD)))
                : MachinePlan.withListed(
                        turn,
                        INSTANCE_PERIOD,
                        found -> mayBeOld(turn, found)
                                ? Turn.ask(new Question.OneMachine(found.id()))
                                : serving(turn, serving, found, turn.nextPoll(seenAt(turn), INSTANCE_PERIOD)));
    }

    /** A list may tell of what is past: that a machine which served does not run is believed of nothing but a look at itself. */
    private static boolean mayBeOld(Turn turn, Instance found) {
        boolean isRunning = found.status() == InstanceStatus.RUNNING || found.status() == InstanceStatus.REPAIRING;
        return !isRunning && !turn.machine().equals(turn.seen().machine());
    }

    /** A guest also drains when its machine is being stopped; what the cloud said before it began to is no news. */
    private static boolean mayBeEnding(Turn turn) {
        Optional<Instant> since =
                Guests.sight(turn).filter(_ -> isDraining(turn)).map(Observations.Sight::since);
        return since.isPresent()
                && !(turn.machine() instanceof Look.Never<?>)
                && !turn.machine().isSince(since.get());
    }

    private static Instant seenAt(Turn turn) {
        return turn.machine() instanceof Look.Seen<?>(Object _, Instant at) ? at : turn.now();
    }

    private static Optional<Plan> serving(Turn turn, MachineState.Serving serving, Instance found, Instant nextLook) {
        Optional<Plan> fallen = StopPlan.ifNotRunning(turn, found);
        if (fallen.isPresent()) {
            return fallen;
        }
        Optional<Plan> changed = reachability(turn, serving).or(() -> activity(turn));
        if (changed.isPresent()) {
            return changed;
        }
        return switch (turn.powerDecision()) {
            case PowerDecision.Stop(String reason, boolean forced) -> sleep(turn, serving, reason, forced);
            case PowerDecision.KeepUntil(Instant until, String reason) ->
                keep(turn, until.isBefore(nextLook) ? until : nextLook, reason);
            case PowerDecision.Keep(String reason) -> keep(turn, nextLook, reason);
            case PowerDecision.Start _ -> throw new IllegalStateException("a machine that serves cannot be started");
        };
    }

    /** Waits; but a guest that drains, told so by a process that died before it wrote that down, would turn every request away. */
    private static Optional<Plan> keep(Turn turn, Instant until, String reason) {
        Optional<GuestAddress> guest = Guests.address(turn.state(), turn.names());
        if (!isDraining(turn)) {
            PlanState forgiven = turn.state().succeeding(EffectKind.DRAIN_GUEST);
            return forgiven.equals(turn.state()) ? Turn.waitUntil(until, reason) : Turn.note(forgiven, "NotDraining");
        }
        if (isDeaf(turn) && turn.openStreams() == 0) {
            return StopPlan.stop(turn, DEAF);
        }
        return guest.isPresent()
                ? turn.act(new Effect.DrainGuest(guest.get(), false, "NothingToDrainFor", false))
                : Turn.waitUntil(until, reason);
    }

    /** Whether the guest has refused to drain, or to stop draining, for as long as a drain may take. What it will not do is not waited for any longer. */
    private static boolean isDeaf(Turn turn) {
        return turn.state().setbacks().stream()
                .filter(setback -> setback.kind() == EffectKind.DRAIN_GUEST)
                .anyMatch(setback -> !turn.now()
                        .isBefore(setback.since().plus(turn.spec().power().drainTimeout())));
    }

    private static boolean isDraining(Turn turn) {
        return Guests.health(turn)
                .filter(health -> health.state() == GuestHealth.State.DRAINING)
                .isPresent();
    }

    private static boolean isSilent(Turn turn) {
        return Guests.sight(turn).filter(sight -> sight.failure().isPresent()).isPresent();
    }

    private static Optional<Plan> reachability(Turn turn, MachineState.Serving serving) {
        Optional<GuestHealth> health = Guests.health(turn);
        if (health.isPresent()) {
            Optional<String> bootId = turn.state().machine().flatMap(Machine::bootId);
            if (!bootId.equals(Optional.of(health.get().bootId()))) {
                return Turn.note(
                        turn.state()
                                .with(serving.rebooted(turn.now()))
                                .withMachine(turn.state()
                                        .machine()
                                        .map(machine ->
                                                machine.answering(health.get().bootId()))),
                        "Rebooted");
            }
            MachineState.Serving reachable = serving.reachable();
            return reachable.equals(serving)
                    ? Optional.empty()
                    : Turn.note(turn.state().with(reachable), "Reachable");
        }
        return isSilent(turn) && serving.unreachableSince().isEmpty()
                ? Turn.note(turn.state().with(serving.unreachable(turn.now())), "GuestUnreachable")
                : Optional.empty();
    }

    /** Remembers the last activity, so that a controller that starts anew does not cut the idle time short. */
    private static Optional<Plan> activity(Turn turn) {
        boolean isBusy = turn.isTransferring()
                || turn.facts().demand().isPresent()
                || Guests.health(turn).map(health -> health.openStreams() > 0).orElse(false);
        Optional<Instant> last = isBusy ? Optional.of(turn.now()) : turn.lastActivity();
        Optional<Instant> written = turn.state().activity().lastActivity();
        Duration period = turn.isTransferring() ? TRANSFER_PERIOD : ACTIVITY_PERIOD;
        boolean isNews = last.isPresent()
                && (written.isEmpty()
                        || !last.get().isBefore(written.get().plus(period))
                        || (!isBusy && last.get().isAfter(written.get())));
        return isNews
                ? Turn.note(turn.state().with(turn.state().activity().active(last.get())), "Activity")
                : Optional.empty();
    }

    private static Optional<Plan> sleep(Turn turn, MachineState.Serving serving, String reason, boolean forced) {
        Optional<GuestAddress> guest = Guests.address(turn.state(), turn.names());
        boolean isCut = isDeaf(turn) && (forced || turn.openStreams() == 0);
        boolean isGone = serving.unreachableSince()
                .filter(since -> !turn.now().isBefore(since.plus(GONE_AFTER)))
                .isPresent();
        if (guest.isEmpty() || isCut || reason.equals("GuestUnreachable") || (forced && isGone)) {
            return StopPlan.stop(turn, reason);
        }
        return turn.act(new Effect.DrainGuest(guest.get(), true, reason, forced));
    }

    static Optional<Plan> draining(Turn turn, MachineState.Draining draining) {
        Duration period = isSilent(turn) ? SILENT_PERIOD : INSTANCE_PERIOD;
        return MachinePlan.withInstance(turn, period, found -> draining(turn, draining, found));
    }

    private static Optional<Plan> draining(Turn turn, MachineState.Draining draining, Instance found) {
        Optional<Plan> fallen = StopPlan.ifNotRunning(turn, found);
        if (fallen.isPresent()) {
            return fallen;
        }
        Optional<GuestAddress> guest = Guests.address(turn.state(), turn.names());
        if (isDeaf(turn) && turn.openStreams() == 0) {
            return StopPlan.stop(turn, draining.reason());
        }
        if (!(turn.powerDecision() instanceof PowerDecision.Stop(String reason, boolean forced))) {
            return guest.flatMap(address -> turn.act(new Effect.DrainGuest(address, false, "CalledOff", false)));
        }
        if (isDrained(turn, draining) || (mayCut(turn, draining, forced) && isOver(turn, draining))) {
            return StopPlan.stop(turn, reason);
        }
        boolean mustSayAgain = Guests.health(turn)
                .filter(health -> health.state() != GuestHealth.State.DRAINING)
                .isPresent();
        if (mustSayAgain && sawSince(turn, draining.since().plus(DRAIN_PERIOD))) {
            return guest.flatMap(address -> turn.act(new Effect.DrainGuest(address, true, reason, forced)));
        }
        return turn.waitFor(DRAIN_PERIOD, "Draining");
    }

    /** A forced drain ends at its deadline; so does that of a guest who cannot be asked how many streams it has. */
    private static boolean mayCut(Turn turn, MachineState.Draining draining, boolean forced) {
        return draining.forced() || forced || Guests.health(turn).isEmpty();
    }

    private static boolean isOver(Turn turn, MachineState.Draining draining) {
        return !turn.now().isBefore(draining.deadline());
    }

    /** Nothing is open, and the guest admits nothing new. */
    private static boolean isDrained(Turn turn, MachineState.Draining draining) {
        boolean isEmptyNow = Guests.health(turn)
                .filter(health -> health.state() == GuestHealth.State.DRAINING && health.openStreams() == 0)
                .isPresent();
        return isEmptyNow || draining.openStreams() == 0;
    }

    private static boolean sawSince(Turn turn, Instant moment) {
        return Guests.sight(turn)
                .filter(sight -> !sight.since().isBefore(moment))
                .isPresent();
    }
}
