// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Takes away all that was made for a resource, in the opposite order: once the machine is asleep and its rule closed, every machine of ours with its disk,
 * the secret, the right to read the bucket and, unless others have that too, the bucket, the account, subnets and network. Nothing is believed to be gone before the cloud says so, and nothing is removed that is not ours when it is
 * looked at. What others still use stays with them.
 */
final class RemovalPlan {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** For so long after a part was asked for or seen last, that it is not seen does not prove that it is gone. */
    private static final Duration APPEARANCE = Duration.ofMinutes(2);

    /** A network that is in use for so many attempts is used by others than the machine that just went. */
    private static final int ATTEMPTS_WHILE_USED = 6;

    private RemovalPlan() {}

    static Optional<Plan> plan(Turn turn) {
        PlanState state = turn.state();
        if (!turn.spec().policies().removes(turn.facts().requests())
                || !isDown(state.power())
                || state.rule().isPresent()
                || state.pending(EffectKind.DELETE_INSTANCE).isPresent()
                || state.pending(EffectKind.REMOVE_PART).isPresent()) {
            return Optional.empty();
        }
        return machines(turn).or(() -> parts(turn)).or(() -> KeyPlan.removal(turn));
    }

    /** A machine that somebody else has suspended does not run either, and nobody else would delete it. */
    private static boolean isDown(MachineState power) {
        return Planner.isAsleep(power) || power instanceof MachineState.Suspended;
    }

    /** Every machine of ours, on record or not; empty once there is none. */
    private static Optional<Plan> machines(Turn turn) {
        if (turn.isDue(turn.seen().machines(), PERIOD)) {
            return Turn.ask(new Question.Machines());
        }
        return switch (turn.seen().machines()) {
            case Look.Never<List<Instance>> _ -> Optional.empty();
            case Look.Failed<List<Instance>>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<List<Instance>>(List<Instance> all, Instant at) -> {
                if (all.isEmpty()) {
                    yield forgotten(turn);
                }
                yield all.stream()
                        .filter(found -> found.status() != InstanceStatus.DEPROVISIONING)
                        .findFirst()
                        .map(found ->
                                turn.act(new Effect.DeleteInstance(turn.facts().freshId(), found.id(), "Removal")))
                        .orElseGet(() -> Turn.waitUntil(at.plus(PERIOD), "Deleting"));
            }
        };
    }

    private static Optional<Plan> forgotten(Turn turn) {
        PlanState state = turn.state();
        return state.machine().isEmpty() && state.predecessor().isEmpty()
                ? Optional.empty()
                : Turn.note(StopPlan.gone(turn).withPredecessor(Optional.empty()), "MachineGone");
    }

    private static Optional<Plan> parts(Turn turn) {
        return turn.state().parts().reversed().stream()
                .filter(record -> !record.id().kind().isPermanent())
                .findFirst()
                .flatMap(record -> remove(turn, record));
    }

    private static Optional<Plan> remove(Turn turn, PartRecord record) {
        PartId id = record.id();
        if (id.kind() == PartId.Kind.SECRET_ACCESS || id.kind() == PartId.Kind.ARCHIVE) {
            return Turn.note(turn.state().forgetting(id), "GoesWithWhatItIsIn");
        }
        if (isUsedByOthers(turn)) {
            return Turn.note(turn.state().succeeding(EffectKind.REMOVE_PART).forgetting(id), "UsedByOthers");
        }
        Part part = Parts.recorded(turn.spec(), id);
        Look<Standing> look = turn.seen().partOf(id);
        if (turn.isDue(look, PERIOD)) {
            return Turn.ask(new Question.OnePart(part));
        }
        return switch (look) {
            case Look.Never<Standing> _ -> Optional.empty();
            case Look.Failed<Standing>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<Standing>(Standing standing, Instant at) ->
                switch (standing) {
                    case Standing.Ours _ ->
                        turn.act(new Effect.RemovePart(turn.facts().freshId(), part));
                    case Standing.Absent _ ->
                        turn.now().isBefore(record.at().plus(APPEARANCE))
                                ? Turn.waitUntil(at.plus(PERIOD), "PartMayAppear")
                                : Turn.note(PartJournal.removed(turn.state(), id), "Removed");
                    case Standing.Foreign _ -> Turn.note(PartJournal.removed(turn.state(), id), "SomebodyElses");
                };
        };
    }

    private static boolean isUsedByOthers(Turn turn) {
        return turn.state().setbacks().stream()
                .anyMatch(setback -> setback.kind() == EffectKind.REMOVE_PART
                        && setback.reason().equals("InUse")
                        && setback.attempts() >= ATTEMPTS_WHILE_USED);
    }
}
