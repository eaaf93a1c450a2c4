// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.status;

import dev.privatellm.machine.cloud.ConsoleExcerpt;
import dev.privatellm.machine.plan.Look;
import dev.privatellm.machine.plan.Machine;
import dev.privatellm.machine.plan.MachineChange;
import dev.privatellm.machine.plan.MachineSpec;
import dev.privatellm.machine.plan.Observations;
import dev.privatellm.machine.plan.PartId;
import dev.privatellm.machine.plan.Plan;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.PowerOutlook;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Instant;
import java.util.Optional;

/** Everything that statements about a resource are made from. */
public record Situation(
        MachineSpec spec,
        PlanState state,
        Demand demand,
        PowerRequests requests,
        Optional<Observations.Sight> guest,
        Look<ConsoleExcerpt> console,
        Optional<Plan.Trouble> trouble,
        Instant now,
        PowerOutlook outlook) {

    /** In what the machine differs from the one that is asked for. */
    MachineChange change(Machine machine) {
        return MachineChange.of(machine, spec, state, outlook.budget().spotOnly());
    }

    /** Whether everything is to be removed. */
    boolean isRemoval() {
        return spec.policies().removes(requests);
    }

    /** Whether nothing is left of what is to be removed. */
    boolean isRemoved() {
        return Planner.isRemoved(state)
                && (!spec.policies().removesKey(requests)
                        || state.parts().stream().noneMatch(part -> part.id().kind() == PartId.Kind.KEY));
    }

    /** Why the machine is kept as it is, whatever it is doing; empty if it is not. */
    Optional<String> kept() {
        return spec.policies().kept(requests);
    }

    /** Whether the machine is to have no power, and all that was made stays. */
    boolean isRetention() {
        return spec.policies().retains(requests);
    }
}
