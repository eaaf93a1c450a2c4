// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Claim;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Takes over a machine that the user has and wants to keep, before one of our own is made: first its network tag, which shuts the doors that rules
 * for its old tags opened, then its labels, which make it ours. Each of these is asked of the machine itself, so that a takeover that was cut goes on where it ended. A machine with
 * power is stopped first, as any that we have not started; the wake then goes on with its disk.
 */
final class AdoptionPlan {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private AdoptionPlan() {}

    /** Empty if there is none to take over, or none any more: one that has served and was removed is succeeded by one of our own. */
    static Optional<Plan> plan(Turn turn) {
        PlanState state = turn.state();
        Optional<InstanceId> wanted = turn.spec().foundation().machine();
        if (wanted.isEmpty()
                || state.machine().isPresent()
                || state.predecessor().isPresent()
                || state.everBooted()) {
            return Optional.empty();
        }
        if (state.pending(EffectKind.ADOPT_INSTANCE).isPresent()) {
            return turn.waitFor(Turn.FAR, "Adopting");
        }
        if (turn.isDue(turn.seen().machine(), Duration.ZERO)) {
            return Turn.ask(new Question.OneMachine(wanted.get()));
        }
        return switch (turn.seen().machine()) {
            case Look.Never<Optional<Instance>> _ -> Optional.empty();
            case Look.Failed<Optional<Instance>>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<Optional<Instance>>(Optional<Instance> found, Instant _) ->
                found.map(instance -> takeOver(turn, instance)).orElseGet(() -> missing(turn, wanted.get()));
        };
    }

    private static Optional<Plan> missing(Turn turn, InstanceId wanted) {
        return WakePlan.giveUp(
                turn,
                "InvalidSpec",
                "spec.adopt.instance: there is no machine %s in zone %s, the first of spec.placement.zones"
                        .formatted(wanted.name(), wanted.zone()),
                turn.now().plus(Verdict.ADMINISTRATOR));
    }

    private static Optional<Plan> takeOver(Turn turn, Instance found) {
        String owner = found.labels().getOrDefault(MachineSpec.OWNER_LABEL, "");
        if (!owner.isEmpty() && !turn.isOurs(found)) {
            return WakePlan.conflict(
                    turn,
                    "%s cannot be taken over, it belongs to another installation (%s: %s)"
                            .formatted(found.id(), MachineSpec.OWNER_LABEL, owner));
        }
        if (found.status() == InstanceStatus.DEPROVISIONING) {
            return turn.waitFor(LOOK_AGAIN, "Deleting");
        }
        if (!found.tags().equals(Set.of(turn.names().tag()))) {
            return claim(turn, found, new Claim.Tag(turn.names().tag()));
        }
        return turn.isOurs(found)
                ? LeftoversPlan.takeOver(turn, found)
                : claim(turn, found, new Claim.Labels(LeasePlan.labels(turn)));
    }

    private static Optional<Plan> claim(Turn turn, Instance found, Claim claim) {
        return turn.act(new Effect.AdoptInstance(turn.facts().freshId(), found.id(), claim));
    }
}
