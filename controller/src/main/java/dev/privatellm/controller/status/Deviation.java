// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.status;

import dev.privatellm.api.v1alpha1.Condition;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.machine.plan.EffectKind;
import dev.privatellm.machine.plan.Machine;
import dev.privatellm.machine.plan.MachineChange;
import dev.privatellm.machine.plan.Made;
import dev.privatellm.machine.plan.ModelCheck;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** In what the machine that there is differs from the one that is asked for, and what becomes of it. */
final class Deviation {
    static final String DRIFTED = "Drifted";

    /** What is changed while a machine has no power. */
    private static final Set<EffectKind> IN_PLACE =
            EnumSet.of(EffectKind.SET_MACHINE_TYPE, EffectKind.RESIZE_DISK, EffectKind.SET_SCHEDULING);

    private Deviation() {}

    /** The condition; empty if there is no machine, or it is as it should be. */
    static Optional<Condition> of(Situation situation) {
        return situation.state().machine().flatMap(machine -> {
            MachineChange change = situation.change(machine);
            return change.isNone() ? Optional.empty() : Optional.of(drifted(situation, machine, change));
        });
    }

    private static Condition drifted(Situation situation, Machine machine, MachineChange change) {
        String differences = change.differences().stream()
                .map(MachineChange.Difference::toString)
                .collect(Collectors.joining(", "));
        if (change.replacing().isEmpty()) {
            return condition(
                    situation,
                    "ChangePending",
                    differences + ": done while the machine has no power, at its next wake"
                            + model(situation, machine, change) + obstacles(situation));
        }
        return change.mayReplace(machine, situation.spec(), situation.state())
                ? condition(
                        situation,
                        "Replacing",
                        "%s: the next wake makes another machine, and once that serves this one is removed with %s"
                                .formatted(differences, lost(machine)))
                : condition(
                        situation,
                        Reason.REPLACE_REQUIRED.word(),
                        "%s: only another machine can be so, and with this one goes %s. It goes on working as it is. 'private-llm up --confirm %s' or spec.replacePolicy: Allow replaces it at its next wake; see %s"
                                .formatted(
                                        differences,
                                        lost(machine),
                                        change.hash(machine),
                                        Reason.REPLACE_REQUIRED.page()));
    }

    private static String lost(Machine machine) {
        return machine.made()
                        .map(Made::diskGb)
                        .map("its disk of %d GB"::formatted)
                        .orElse("its disk") + " and the models on it, which are pulled again";
    }

    private static String model(Situation situation, Machine machine, MachineChange change) {
        return ModelCheck.obstacle(machine, change, situation.spec(), situation.state())
                .filter(ModelCheck.Obstacle::isCuredAsleep)
                .map(obstacle -> ", and spec.model with it, as %s".formatted(obstacle.message()))
                .orElse("");
    }

    private static String obstacles(Situation situation) {
        return situation.state().setbacks().stream()
                .filter(setback -> IN_PLACE.contains(setback.kind()))
                .map(setback -> "; it was refused: %s (%s)".formatted(setback.message(), setback.code()))
                .collect(Collectors.joining());
    }

    private static Condition condition(Situation situation, String reason, String message) {
        return new Condition(DRIFTED, Condition.Status.TRUE, reason, message, situation.now());
    }
}
