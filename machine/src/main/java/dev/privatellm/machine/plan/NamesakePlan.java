// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps two installations that run the same document in one project from paying for a machine each. Whoever owns none yet looks, before anything is made for
 * a wake, for a machine of the same resource that belongs to somebody else, and gives the wake up if there is one. Whoever owns one already is never kept
 * from it: the other came second and has to give way.
 */
final class NamesakePlan {
    /** From here to the insert a wake makes three calls; a list as old as this still speaks for all of them. */
    private static final Duration MAX_AGE = Duration.ofSeconds(10);

    private NamesakePlan() {}

    static Optional<Plan> plan(Turn turn) {
        if (turn.state().machine().isPresent() || turn.state().predecessor().isPresent()) {
            return Optional.empty();
        }
        if (turn.isDue(turn.seen().namesakes(), MAX_AGE)) {
            return Turn.ask(new Question.Namesakes());
        }
        return switch (turn.seen().namesakes()) {
            case Look.Never<List<Instance>> _ -> Optional.empty();
            case Look.Failed<List<Instance>>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<List<Instance>>(List<Instance> all, Instant _) ->
                foreign(all, turn.spec()).flatMap(found -> giveUp(turn, found));
        };
    }

    /** The machine that somebody else has for this resource; empty if one of them is ours. */
    private static Optional<Instance> foreign(List<Instance> all, MachineSpec spec) {
        List<Instance> standing = all.stream()
                .filter(found -> found.status() != InstanceStatus.DEPROVISIONING)
                .toList();
        return standing.stream().anyMatch(spec::owns)
                ? Optional.empty()
                : standing.stream().findFirst();
    }

    private static Optional<Plan> giveUp(Turn turn, Instance found) {
        return WakePlan.conflict(
                turn,
                "%s serves %s already and belongs to another installation (%s: %s)"
                        .formatted(
                                found.id(),
                                turn.spec().resource(),
                                MachineSpec.OWNER_LABEL,
                                found.labels().getOrDefault(MachineSpec.OWNER_LABEL, "none")));
    }
}
