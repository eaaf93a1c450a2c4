// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.power.MachineState;
import java.time.Instant;
import java.util.Optional;

/**
 * Tells a machine that runs which model it is to have now. Its guest follows the metadata without a reboot; everything else that changed waits for the next
 * boot, because the guest could not take it over.
 */
final class ModelPlan {
    private ModelPlan() {}

    static Optional<Plan> plan(Turn turn) {
        boolean isUp = turn.state().power() instanceof MachineState.Booting
                || turn.state().power() instanceof MachineState.Warming
                || turn.state().power() instanceof MachineState.Serving;
        if (!isUp || turn.state().pending(EffectKind.SET_METADATA).isPresent()) {
            return Optional.empty();
        }
        return turn.machine() instanceof Look.Seen<Optional<Instance>>(Optional<Instance> found, Instant _)
                ? found.filter(turn::isOurs).flatMap(machine -> tell(turn, machine))
                : Optional.empty();
    }

    private static Optional<Plan> tell(Turn turn, Instance machine) {
        String told = machine.metadata().get(GuestConfig.ATTRIBUTE);
        if (told == null) {
            return Optional.empty();
        }
        String wanted = turn.spec().guest().takenOver(told);
        return wanted.equals(told) ? Optional.empty() : turn.act(WakePlan.setMetadata(turn, machine, wanted));
    }
}
