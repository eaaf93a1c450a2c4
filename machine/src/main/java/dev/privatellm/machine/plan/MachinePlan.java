// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Block;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** The machine itself: what its state calls for, after what the power policy says. */
final class MachinePlan {
    /** A machine that is being made or started gets so long to run and have an address. */
    static final Duration START_LIMIT = Duration.ofMinutes(5);

    private static final Duration ASLEEP_PERIOD = Duration.ofMinutes(5);
    private static final Duration SUSPENDED_PERIOD = Duration.ofSeconds(30);
    private static final Duration LATE_PERIOD = Duration.ofSeconds(5);
    private static final Duration START_STALLED = Duration.ofMinutes(30);

    private MachinePlan() {}

    static Optional<Plan> plan(Turn turn) {
        return switch (turn.state().power()) {
            case MachineState.Absent _, MachineState.Stopped _, MachineState.Preempted _, MachineState.Failed _ ->
                asleep(turn);
            case MachineState.Creating creating -> creating(turn, creating);
            case MachineState.Starting starting -> starting(turn, starting);
            case MachineState.Booting _, MachineState.Warming _ ->
                AuthorityPlan.waking(turn).or(() -> BootPlan.plan(turn));
            case MachineState.Serving serving -> ServingPlan.serving(turn, serving);
            case MachineState.Draining draining ->
                AuthorityPlan.waking(turn).or(() -> ServingPlan.draining(turn, draining));
            case MachineState.Stopping stopping -> StopPlan.stopping(turn, stopping);
            case MachineState.Deleting deleting -> StopPlan.deleting(turn, deleting);
            case MachineState.Suspended _ -> suspended(turn);
            case MachineState.Unknown _ -> throw new IllegalStateException("doubt is never on record");
        };
    }

    private static Optional<Plan> asleep(Turn turn) {
        return switch (turn.powerDecision()) {
            case PowerDecision.Start _ -> WakePlan.plan(turn);
            case PowerDecision.Stop _ -> throw new IllegalStateException("a machine without power cannot be stopped");
            case PowerDecision.Keep(String reason) -> resting(turn, turn.now().plus(ASLEEP_PERIOD), reason);
            case PowerDecision.KeepUntil(Instant until, String reason) -> resting(turn, until, reason);
        };
    }

    private static Optional<Plan> resting(Turn turn, Instant until, String reason) {
        Activity activity = turn.state().activity();
        if (activity.wakeStarted().isPresent() && !(turn.seen().machine() instanceof Look.Failed<?>)) {
            return Turn.note(turn.state().with(activity.wakeOver()), reason);
        }
        return Turn.waitUntil(until, reason);
    }

    private static Optional<Plan> creating(Turn turn, MachineState.Creating creating) {
        boolean isOverdue = !turn.now().isBefore(creating.since().plus(START_LIMIT));
        boolean isPending = turn.state().pending(EffectKind.INSERT_INSTANCE).isPresent();
        if (isPending && !(isOverdue && isThere(turn))) {
            return isOverdue ? lookForIt(turn) : Optional.empty();
        }
        return withInstance(
                turn,
                turn.pollPeriod(creating.since()),
                found -> found.status().equals(InstanceStatus.PROVISIONING) && isOverdue
                        ? Turn.note(
                                blocked(turn, "CREATE_DEADLINE_EXCEEDED")
                                        .with(new MachineState.Deleting(turn.now(), "CreateDeadlineExceeded")),
                                "CreateDeadlineExceeded")
                        : Turn.note(turn.state().with(creating.made(turn.now())), "Made"));
    }

    private static boolean isThere(Turn turn) {
        return turn.seen().machine() instanceof Look.Seen<Optional<Instance>>(Optional<Instance> found, Instant _)
                && found.isPresent();
    }

    /** The insert takes longer than it should: a machine that is there already can be removed, one that is not may still come. */
    private static Optional<Plan> lookForIt(Turn turn) {
        return turn.isDue(turn.seen().machine(), LATE_PERIOD)
                ? turn.state().machine().flatMap(machine -> Turn.ask(new Question.OneMachine(machine.id())))
                : turn.waitFor(LATE_PERIOD, "OperationOverdue");
    }

    private static Optional<Plan> starting(Turn turn, MachineState.Starting starting) {
        Duration period = turn.pollPeriod(starting.since());
        return withInstance(turn, period, found -> starting(turn, starting, found, period));
    }

    private static Optional<Plan> starting(Turn turn, MachineState.Starting starting, Instance found, Duration period) {
        boolean pending = turn.state().pending(EffectKind.START_INSTANCE).isPresent();
        return switch (found.status()) {
            case RUNNING, REPAIRING ->
                turn.addressOf(found).isPresent()
                        ? Turn.note(located(turn, found).with(starting.running(turn.now())), "Running")
                        : orStop(turn, starting, period);
            case STOPPED ->
                pending
                        ? turn.waitFor(period, "StartPending")
                        : StopPlan.fallen(turn, blocked(turn, "STOPPED_WHILE_STARTING"), found);
            case STOPPING, SUSPENDING ->
                pending
                        ? turn.waitFor(period, "StartPending")
                        : Turn.note(
                                blocked(turn, "STOPPED_WHILE_STARTING")
                                        .with(new MachineState.Stopping(turn.now(), "StoppedOutside", false)),
                                "StoppedOutside");
            case SUSPENDED -> StopPlan.suspended(turn);
            case PROVISIONING, STAGING, DEPROVISIONING, UNKNOWN -> orStop(turn, starting, period);
        };
    }

    /** Goes on waiting, unless the policy or the limit of this state says to stop. */
    private static Optional<Plan> orStop(Turn turn, MachineState.Starting starting, Duration period) {
        if (turn.powerDecision() instanceof PowerDecision.Stop(String reason, boolean _)) {
            return StopPlan.stop(turn, reason);
        }
        if (!turn.now().isBefore(starting.since().plus(START_LIMIT))) {
            boolean isBlocked = turn.state().blocks().stream()
                    .anyMatch(block -> turn.state()
                            .machine()
                            .map(machine -> block.holds(machine.offering(), turn.now()))
                            .orElse(false));
            return isBlocked
                    ? StopPlan.stop(turn, "StartStalled")
                    : Turn.note(blocked(turn, "START_DEADLINE_EXCEEDED"), "StartStalled");
        }
        return turn.waitFor(period, "Starting");
    }

    private static PlanState blocked(Turn turn, String code) {
        return turn.state()
                .machine()
                .map(machine -> turn.state()
                        .blocking(
                                new Block(
                                        machine.offering(),
                                        Block.Scope.OFFERING,
                                        "ZoneStockout",
                                        code,
                                        turn.now(),
                                        turn.now().plus(START_STALLED)),
                                turn.now()))
                .orElse(turn.state());
    }

    private static Optional<Plan> suspended(Turn turn) {
        return withInstance(
                turn,
                SUSPENDED_PERIOD,
                found -> found.status() == InstanceStatus.SUSPENDED
                        ? Optional.of(new Plan.Wait(
                                turn.now().plus(SUSPENDED_PERIOD),
                                "ManagementConflict",
                                Optional.of(new Plan.Trouble(
                                        "ManagementConflict",
                                        "SUSPENDED",
                                        "%s was suspended by somebody else; resume it or delete it"
                                                .formatted(found.id()),
                                        Optional.of(turn.now().plus(SUSPENDED_PERIOD))))))
                        : Turn.note(
                                found.status() == InstanceStatus.STOPPED
                                        ? turn.state().with(new MachineState.Stopped(turn.now()))
                                        : Journal.beginningRun(
                                                turn.state()
                                                        .with(new MachineState.Stopping(
                                                                turn.now(), "ResumedOutside", false)),
                                                turn.now()),
                                "NoLongerSuspended"));
    }

    /** The record with the address that the machine has now, and with a run under way. */
    static PlanState located(Turn turn, Instance found) {
        PlanState state = turn.state();
        int guestPort = state.machine()
                .map(machine -> machine.guestPort(turn.spec()))
                .orElseGet(() -> turn.spec().guest().port());
        int port = found.externalPort().orElse(guestPort);
        return Journal.beginningRun(
                state.withMachine(
                        state.machine().map(machine -> machine.at(found.cloudId(), turn.addressOf(found), port))),
                turn.now());
    }

    /**
     * Answers from the machine as it was seen within this time; asks first if it was not. A look that failed concludes nothing; a machine that the cloud says
     * is not there is gone; one that belongs to somebody else is left alone.
     */
    static Optional<Plan> withInstance(Turn turn, Duration maxAge, Function<Instance, Optional<Plan>> answer) {
        Optional<Machine> machine = turn.state().machine();
        if (machine.isEmpty()) {
            return Turn.note(turn.state().with(new MachineState.Absent(turn.now())), "NoMachineOnRecord");
        }
        return turn.isDue(turn.seen().machine(), maxAge)
                ? Turn.ask(new Question.OneMachine(machine.get().id()))
                : asSeen(turn, turn.seen().machine(), answer);
    }

    /**
     * The same for a machine that is merely watched: the list of all that are ours, one call, tells of it and of a second one. What the list does not show is
     * looked at by itself before anything is concluded.
     */
    static Optional<Plan> withListed(Turn turn, Duration period, Function<Instance, Optional<Plan>> answer) {
        Optional<Machine> machine = turn.state().machine();
        if (machine.isEmpty() || !turn.isPollDue(turn.machine(), period)) {
            return machine.isEmpty() ? withInstance(turn, period, answer) : asSeen(turn, turn.machine(), answer);
        }
        return Turn.ask(
                turn.isPollDue(turn.seen().machines(), period)
                        ? new Question.Machines()
                        : new Question.OneMachine(machine.get().id()));
    }

    private static Optional<Plan> asSeen(
            Turn turn, Look<Optional<Instance>> look, Function<Instance, Optional<Plan>> answer) {
        return switch (look) {
            case Look.Never<Optional<Instance>> _ -> Optional.empty();
            case Look.Failed<Optional<Instance>>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<Optional<Instance>>(Optional<Instance> found, Instant _) -> {
                if (found.isEmpty()) {
                    yield Turn.note(StopPlan.gone(turn), "MachineGone");
                }
                yield turn.isOurs(found.get()) ? answer.apply(found.get()) : foreign(turn, found.get());
            }
        };
    }

    /** Ours is gone, and somebody else's has its name. */
    static Optional<Plan> foreign(Turn turn, Instance found) {
        Setback conflict = new Setback(
                EffectKind.INSERT_INSTANCE,
                "ManagementConflict",
                "FOREIGN_OWNER",
                "%s belongs to %s"
                        .formatted(found.id(), found.labels().getOrDefault(MachineSpec.OWNER_LABEL, "nobody we know")),
                1,
                turn.now(),
                Optional.of(turn.now().plus(Verdict.ADMINISTRATOR)),
                turn.spec().generation());
        return Turn.note(StopPlan.gone(turn).settingBack(conflict), "ManagementConflict");
    }
}
