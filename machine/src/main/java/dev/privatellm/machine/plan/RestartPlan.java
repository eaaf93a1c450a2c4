// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.Placement;
import dev.privatellm.machine.cloud.PlacementPolicy;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * From a machine that is stopped to the moment when the cloud is asked to start it: it is changed as far as the specification has changed and a machine without
 * power can follow; given up for another one only if its zone has nothing, or if somebody has said that it may be; and started as it is in every other case.
 */
final class RestartPlan {
    private static final Duration STILL_STOPPING = Duration.ofSeconds(1);

    /** What is changed while a machine has no power. */
    private static final Set<EffectKind> IN_PLACE =
            EnumSet.of(EffectKind.SET_MACHINE_TYPE, EffectKind.RESIZE_DISK, EffectKind.SET_SCHEDULING);

    private RestartPlan() {}

    static Optional<Plan> plan(Turn turn, Machine machine, String version) {
        if (turn.isDue(turn.seen().machine(), Duration.ZERO)) {
            return Turn.ask(new Question.OneMachine(machine.id()));
        }
        return switch (turn.seen().machine()) {
            case Look.Never<Optional<Instance>> _ -> Optional.empty();
            case Look.Failed<Optional<Instance>>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<Optional<Instance>>(Optional<Instance> found, Instant _) ->
                found.isEmpty()
                        ? Turn.note(
                                turn.state()
                                        .with(new MachineState.Absent(turn.now()))
                                        .withMachine(Optional.empty()),
                                "MachineGone")
                        : turn.isOurs(found.get())
                                ? restart(turn, machine, found.get(), version)
                                : MachinePlan.foreign(turn, found.get());
        };
    }

    private static Optional<Plan> restart(Turn turn, Machine machine, Instance found, String version) {
        return switch (found.status()) {
            case STOPPED -> changeOrStart(turn, machine, found, version);
            case STOPPING, SUSPENDING, DEPROVISIONING, UNKNOWN -> turn.waitFor(STILL_STOPPING, "StillStopping");
            case SUSPENDED -> StopPlan.suspended(turn);
            case PROVISIONING, STAGING, RUNNING, REPAIRING ->
                Turn.note(LeftoversPlan.startedOutside(turn, found), "StartedOutside");
        };
    }

    private static Optional<Plan> changeOrStart(Turn turn, Machine machine, Instance found, String version) {
        if (IN_PLACE.stream().anyMatch(kind -> turn.state().pending(kind).isPresent())) {
            return Optional.empty();
        }
        Machine seen = machine.seen(found, turn.spec(), turn.spec().diskGb(turn.state()));
        if (!seen.equals(machine)) {
            return Turn.note(turn.state().with(seen), "AsTheCloudShowsIt");
        }
        MachineChange change = change(turn, machine);
        return change.mayReplace(machine, turn.spec(), turn.state())
                ? elsewhere(turn, machine, "Replacing")
                : startOrMove(turn, machine, found, change, version);
    }

    static MachineChange change(Turn turn, Machine machine) {
        return MachineChange.of(
                machine,
                turn.spec(),
                turn.state(),
                turn.facts().outlook().budget().spotOnly());
    }

    /** Whether a machine is given up for another one, so that nobody goes back to its disk. */
    static boolean isReplaced(Turn turn, Machine machine) {
        return change(turn, machine).mayReplace(machine, turn.spec(), turn.state());
    }

    private static Optional<Plan> startOrMove(
            Turn turn, Machine machine, Instance found, MachineChange change, String version) {
        PlanState state = turn.state();
        boolean isTooDear = turn.facts().outlook().budget().spotOnly()
                && machine.offering().provisioning() == ProvisioningModel.STANDARD;
        boolean isTakenOver = !turn.names().isOurs(machine.id().name());
        if (isTooDear && isTakenOver) {
            return WakePlan.giveUp(
                    turn,
                    "BudgetExceeded",
                    "%s is a standard machine, which the budget does not admit for the rest of the month; it was taken over, so no other one is made in its place"
                            .formatted(machine.id()),
                    turn.now().plus(Verdict.ADMINISTRATOR));
        }
        Placement placement = isTooDear
                ? PlacementPolicy.place(turn.spec().offerings(), state.blocks(), turn.now())
                : PlacementPolicy.restart(
                        machine.offering(),
                        // What the user wanted to keep is waited for: another machine would have another disk.
                        isTakenOver ? List.of(machine.offering()) : turn.spec().offerings(),
                        state.blocks(),
                        state.activity().wakeStarted().orElse(turn.now()),
                        turn.spec().zonePatience(),
                        turn.now());
        return switch (placement) {
            case Placement.Restart _ -> start(turn, machine, found, change, version);
            case Placement.RestartAt(Instant moment, List<Placement.Refusal> refused) ->
                WakePlan.waitForPlace(moment, refused);
            case Placement.Insert _ ->
                isTooDear || isBlocked(turn, machine) || isOneOfTheWays(turn, machine)
                        ? elsewhere(turn, machine, "ElsewhereWithNewDisk")
                        : start(turn, machine, found, change, version);
            case Placement.Nowhere nowhere -> WakePlan.noCapacity(turn, nowhere);
        };
    }

    private static boolean isBlocked(Turn turn, Machine machine) {
        return turn.state().blocks().stream().anyMatch(block -> block.holds(machine.offering(), turn.now()));
    }

    /** Whether machines may still be bought as this one was: else to give it up for a cheaper one is a replacement, which nobody has allowed. */
    private static boolean isOneOfTheWays(Turn turn, Machine machine) {
        return turn.spec().offerings().stream()
                .anyMatch(offering ->
                        offering.provisioning() == machine.offering().provisioning());
    }

    /** Another machine with a disk of its own; this one stays until that serves. */
    private static Optional<Plan> elsewhere(Turn turn, Machine machine, String reason) {
        PlanState state = turn.state();
        return state.predecessor().isPresent()
                ? makeRoom(turn, machine, state.predecessor().get())
                : Turn.note(
                        state.withPredecessor(Optional.of(machine))
                                .withMachine(Optional.empty())
                                .with(new MachineState.Absent(turn.now())),
                        reason);
    }

    /** Two disks are the most: before a third is made, the one goes that never served, or the older one if both have. */
    private static Optional<Plan> makeRoom(Turn turn, Machine machine, Machine predecessor) {
        if (turn.state().pending(EffectKind.DELETE_INSTANCE).isPresent()) {
            return Optional.empty();
        }
        Machine dispensable = machine.bootedBefore() ? predecessor : machine;
        return turn.act(new Effect.DeleteInstance(turn.facts().freshId(), dispensable.id(), "NeverServed"));
    }

    private static Optional<Plan> start(
            Turn turn, Machine machine, Instance found, MachineChange change, String version) {
        Optional<Plan> claim = LeasePlan.claim(turn, found);
        if (claim.isPresent()) {
            return claim;
        }
        Optional<Effect> first = inPlace(turn, machine, found, change);
        if (first.isPresent()) {
            return turn.act(first.get());
        }
        if (turn.state().pending(EffectKind.SET_METADATA).isPresent()) {
            return Optional.empty();
        }
        Optional<Plan> unfit = ModelPlan.atStart(turn, machine, found);
        if (unfit.isPresent()) {
            return unfit;
        }
        Effect.SetMetadata wanted = WakePlan.tell(turn, found, WakePlan.toldAtStart(turn, found.metadata(), version));
        return turn.act(
                wanted.metadata().equals(found.metadata())
                        ? new Effect.StartInstance(turn.facts().freshId(), machine.id())
                        : wanted);
    }

    /** What has to be changed while it has no power. What cannot be changed now does not keep it from its work. */
    private static Optional<Effect> inPlace(Turn turn, Machine machine, Instance found, MachineChange change) {
        Optional<Effect> type = change.machineType()
                .filter(_ -> !isRefused(turn, EffectKind.SET_MACHINE_TYPE))
                .map(wanted -> new Effect.SetMachineType(turn.facts().freshId(), found.id(), wanted));
        Optional<Effect> scheduling = change.maxRunDuration()
                .filter(_ -> !isRefused(turn, EffectKind.SET_SCHEDULING))
                .map(maxRun ->
                        new Effect.SetScheduling(turn.facts().freshId(), found.id(), machine.offering(), maxRun));
        return type.or(() -> scheduling)
                .or(() -> change.diskGb()
                        .filter(_ -> !isRefused(turn, EffectKind.RESIZE_DISK))
                        .flatMap(sizeGb -> found.disk()
                                .map(disk -> new Effect.ResizeDisk(
                                        turn.facts().freshId(), found.id(), disk.name(), sizeGb))));
    }

    /** Whether the cloud has said no, rather than nothing. */
    private static boolean isRefused(Turn turn, EffectKind kind) {
        return turn.setback(kind)
                .filter(setback -> !setback.reason().equals("Unavailable"))
                .isPresent();
    }
}
