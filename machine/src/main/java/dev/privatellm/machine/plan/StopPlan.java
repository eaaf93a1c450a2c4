// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Block;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.PlacementPolicy;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** How a machine loses its power, by us or without us. It is down when the cloud says so and not before. */
final class StopPlan {
    private static final String PREEMPTED = PlacementPolicy.TAKEN_AWAY;
    private static final String STOPPED_OUTSIDE = "StoppedOutside";

    /** How long the cloud's word on one fall is kept: it is asked again for the next one. */
    private static final Duration ANSWER_LASTS = Duration.ofSeconds(30);

    private static final Duration PREEMPTION = Duration.ofMinutes(30);

    /** So many preemptions within this time are borne, as long as standard machines are allowed too. */
    private static final int PREEMPTIONS_BORNE = 2;

    private static final Duration PREEMPTIONS_COUNT = Duration.ofHours(1);

    /** Reasons for which a machine is stopped amid a wake that goes on. */
    private static final Set<String> NOT_ENDING_A_WAKE =
            Set.of("StillStopping", "StartedOutside", AuthorityPlan.COMPROMISED);

    private StopPlan() {}

    /** Closes its door and takes its power. That it is to stop is written down first: with the door closed, nobody would decide anew who may be waiting. */
    static Optional<Plan> stop(Turn turn, String reason) {
        return turn.state().rule().isEmpty()
                ? takePower(turn, reason)
                : Turn.note(turn.state().with(Journal.stopping(turn.state().power(), reason, turn.now())), reason);
    }

    private static Optional<Plan> takePower(Turn turn, String reason) {
        return turn.state()
                .machine()
                .flatMap(
                        machine -> turn.act(new Effect.StopInstance(turn.facts().freshId(), machine.id(), reason)));
    }

    /** What follows if a machine that should run does not; empty if it does. Keeps the address on record up to date. */
    static Optional<Plan> ifNotRunning(Turn turn, Instance found) {
        return switch (found.status()) {
            case STOPPED -> fallen(turn, turn.state(), found);
            case STOPPING, SUSPENDING, DEPROVISIONING ->
                Turn.note(
                        turn.state()
                                .with(new MachineState.Stopping(
                                        turn.now(), hadNotice(turn) ? PREEMPTED : STOPPED_OUTSIDE, false)),
                        "StoppedOutside");
            case SUSPENDED -> suspended(turn);
            case PROVISIONING, STAGING, RUNNING, REPAIRING, UNKNOWN -> moved(turn, found);
        };
    }

    /** Somebody else has suspended it: its run has ended. */
    static Optional<Plan> suspended(Turn turn) {
        return Turn.note(
                turn.state().endingRun(turn.now(), "SuspendedOutside").with(new MachineState.Suspended(turn.now())),
                "SuspendedOutside");
    }

    private static Optional<Plan> moved(Turn turn, Instance found) {
        Optional<String> known = turn.state().machine().flatMap(Machine::address);
        Optional<String> current = turn.addressOf(found);
        return current.isPresent() && !current.equals(known)
                ? Turn.note(MachinePlan.located(turn, found), "AddressChanged")
                : Optional.empty();
    }

    /**
     * Notes that a machine has lost its power without us: taken back by the cloud, as its guest had notice of or the cloud says when it is asked, or stopped
     * by somebody else. A wake that was under way goes on.
     */
    static Optional<Plan> fallen(Turn turn, PlanState state, Instance found) {
        return fallen(turn, state, found, hadNotice(turn));
    }

    private static Optional<Plan> fallen(Turn turn, PlanState state, Instance found, boolean hadNotice) {
        if (!hadNotice && mustAsk(turn, found)) {
            return state.machine()
                    .flatMap(machine -> Turn.ask(new Question.Preemption(
                            found.id(), found.cloudId(), found.lastStartedAt().orElse(machine.startedAt()))));
        }
        boolean isPreempted = hadNotice
                || (turn.seen().preempted() instanceof Look.Seen<Boolean>(Boolean preempted, Instant _) && preempted);
        String reason = isPreempted ? PREEMPTED : STOPPED_OUTSIDE;
        PlanState ended = state.endingRun(downSince(turn, found), reason)
                .withMachine(state.machine().map(Machine::withoutAddress));
        return Turn.note(
                isPreempted
                        ? blockedByPreemption(turn, ended).with(new MachineState.Preempted(turn.now()))
                        : ended.with(new MachineState.Stopped(turn.now())),
                reason);
    }

    /**
     * Whether to ask the cloud if it took a spot machine back. A guest may have had no time to say so, and without this the same offering would be tried again
     * at once. An answer that cannot be had is done without: the machine is down, whoever did it.
     */
    private static boolean mustAsk(Turn turn, Instance found) {
        return found.provisioning() == ProvisioningModel.SPOT
                && !turn.seen().preempted().isWithin(ANSWER_LASTS, turn.now());
    }

    private static boolean hadNotice(Turn turn) {
        return turn.seen()
                .guest()
                .flatMap(Observations.Sight::health)
                .filter(health -> health.state() == GuestHealth.State.PREEMPTED)
                .isPresent();
    }

    private static PlanState blockedByPreemption(Turn turn, PlanState state) {
        return state.machine()
                .map(machine -> {
                    PlanState blocked =
                            blocking(turn, state, machine.offering(), Block.Scope.OFFERING, "PREEMPTED", PREEMPTION);
                    return isTooOften(turn, state)
                            ? blocking(
                                    turn,
                                    blocked,
                                    machine.offering(),
                                    Block.Scope.PROVISIONING,
                                    "PREEMPTED_REPEATEDLY",
                                    PREEMPTIONS_COUNT)
                            : blocked;
                })
                .orElse(state);
    }

    private static PlanState blocking(
            Turn turn, PlanState state, Offering offering, Block.Scope scope, String code, Duration ttl) {
        return state.blocking(
                new Block(
                        offering,
                        scope,
                        PlacementPolicy.TAKEN_AWAY,
                        code,
                        turn.now(),
                        turn.now().plus(ttl)),
                turn.now());
    }

    /** Whether spot machines are taken away so often that a standard one, where it is allowed, is the better choice for a while. */
    private static boolean isTooOften(Turn turn, PlanState state) {
        Instant since = turn.now().minus(PREEMPTIONS_COUNT);
        long preemptions = state.runs().stream()
                .filter(run -> run.reason().filter(PREEMPTED::equals).isPresent())
                .filter(run -> run.end().filter(end -> end.isAfter(since)).isPresent())
                .count();
        return preemptions >= PREEMPTIONS_BORNE
                && turn.spec().offerings().stream()
                        .anyMatch(offering -> offering.provisioning() == ProvisioningModel.STANDARD);
    }

    /** What the cloud charges for ends when the machine is down, not when somebody looks, which may be hours later. */
    private static Instant downSince(Turn turn, Instance found) {
        return found.lastStoppedAt()
                .filter(at -> !at.isAfter(turn.now()))
                .filter(at -> turn.state()
                        .currentRun()
                        .map(run -> !at.isBefore(run.start()))
                        .orElse(false))
                .orElse(turn.now());
    }

    /** The record of a machine that the cloud says is not there. */
    static PlanState gone(Turn turn) {
        return turn.state()
                .endingRun(turn.now(), "Gone")
                .with(new MachineState.Absent(turn.now()))
                .withMachine(Optional.empty());
    }

    static Optional<Plan> stopping(Turn turn, MachineState.Stopping stopping) {
        Duration period = turn.pollPeriod(stopping.since());
        return MachinePlan.withInstance(turn, period, found -> stopping(turn, stopping, found, period));
    }

    private static Optional<Plan> stopping(Turn turn, MachineState.Stopping stopping, Instance found, Duration period) {
        boolean isAsked = turn.state().pending(EffectKind.STOP_INSTANCE).isPresent();
        return switch (found.status()) {
            case STOPPED ->
                stopping.reason().equals(STOPPED_OUTSIDE) || stopping.reason().equals(PREEMPTED)
                        ? fallen(turn, turn.state(), found, stopping.reason().equals(PREEMPTED))
                        : ConsolePlan.read(turn, stopping.reason())
                                .or(() -> Turn.note(stopped(turn, stopping, found), stopping.reason()));
            case SUSPENDED -> suspended(turn);
            case STOPPING, SUSPENDING, DEPROVISIONING, UNKNOWN -> turn.waitFor(period, "Stopping");
            case RUNNING, PROVISIONING, STAGING, REPAIRING ->
                isAsked
                        ? turn.waitFor(period, "Stopping")
                        : FirewallPlan.closeFirst(turn).or(() -> takePower(turn, stopping.reason()));
        };
    }

    private static PlanState stopped(Turn turn, MachineState.Stopping stopping, Instance found) {
        PlanState state = turn.state();
        boolean isWakeOver = !NOT_ENDING_A_WAKE.contains(stopping.reason());
        Activity activity = isWakeOver ? state.activity().slept(stopping.reason()) : state.activity();
        if (stopping.reason().equals("SleepRequested")) {
            activity = activity.handledSleep(turn.facts().requests().sleep());
        }
        PlanState ended = state.endingRun(downSince(turn, found), stopping.reason())
                .with(activity)
                .withMachine(state.machine().map(Machine::withoutAddress));
        if (!stopping.failed()) {
            return ended.with(new MachineState.Stopped(turn.now()));
        }
        PlanState counted = ended.with(ended.boots().failed());
        return counted.with(Failures.after(
                stopping.reason(), counted.boots().failuresInARow(), turn.spec().generation(), turn.now()));
    }

    static Optional<Plan> deleting(Turn turn, MachineState.Deleting deleting) {
        Duration period = turn.pollPeriod(deleting.since());
        return MachinePlan.withInstance(
                turn,
                period,
                found -> turn.state().pending(EffectKind.DELETE_INSTANCE).isPresent()
                                || found.status() == InstanceStatus.DEPROVISIONING
                        ? turn.waitFor(period, "Deleting")
                        : turn.act(new Effect.DeleteInstance(turn.facts().freshId(), found.id(), deleting.reason())));
    }
}
