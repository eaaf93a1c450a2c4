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
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Takes over a machine that the user has and wants to keep, before one of our own is made, once it is sure that it is the one that he means, and that the model runs on it: first its network tag, which shuts the doors that rules
 * for its old tags opened, then its labels, which make it ours. Each of these is asked of the machine itself, so that a takeover that was cut goes on where it ended. A machine with
 * power is stopped first, as any that we have not started; the wake then goes on with its disk.
 */
final class AdoptionPlan {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private AdoptionPlan() {}

    /** Empty if there is none to take over, or none any more: once a machine has served here, one that is gone is succeeded by one of our own. */
    static Optional<Plan> plan(Turn turn) {
        PlanState state = turn.state();
        Optional<InstanceId> wanted = turn.spec().foundation().machine();
        if (wanted.isEmpty()
                || state.machine().isPresent()
                || state.predecessor().isPresent()) {
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
                found.map(instance -> takeOver(turn, instance))
                        .orElseGet(() -> state.everBooted() ? Optional.empty() : missing(turn, wanted.get()));
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
        if (turn.isOurs(found)) {
            return claimed(turn, found);
        }
        Optional<String> doubt = doubt(turn.spec(), found);
        if (doubt.isPresent()) {
            return WakePlan.giveUp(turn, "InvalidSpec", doubt.get(), turn.now().plus(Verdict.ADMINISTRATOR));
        }
        return PreflightPlan.forTakeover(turn, found).or(() -> claimed(turn, found));
    }

    /**
     * Why a machine is not the one that the document means, as far as can be told by looking; empty if it is. Nothing of it is changed before there is no doubt.
     */
    static Optional<String> doubt(MachineSpec spec, Instance found) {
        Foundation wanted = spec.foundation();
        String seen = "%s is number %s (%s, %s, network %s, network tags %s, labels %s)"
                .formatted(
                        found.id(),
                        found.cloudId(),
                        found.machineType(),
                        found.provisioning(),
                        found.network(),
                        new TreeSet<>(found.tags()),
                        new TreeMap<>(found.labels()));
        if (wanted.machineNumber().isEmpty()) {
            return Optional.of(
                    "spec.adopt.id: absent (expected: the number of the machine that is to be taken over: it is stopped, and its network tags are replaced); "
                            + seen);
        }
        if (!wanted.machineNumber().equals(Optional.of(found.cloudId()))) {
            return Optional.of("spec.adopt.id: %s (expected: %s, if it is this machine that you mean); %s"
                    .formatted(wanted.machineNumber().get(), found.cloudId(), seen));
        }
        return found.network().equals(spec.network())
                ? Optional.empty()
                : Optional.of(
                        "spec.network.vpc: %s (expected: %s); %s".formatted(spec.network(), found.network(), seen));
    }

    private static Optional<Plan> claimed(Turn turn, Instance found) {
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
