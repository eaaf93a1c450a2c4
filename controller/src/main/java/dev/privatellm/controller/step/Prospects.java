// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cost.Account;
import dev.privatellm.machine.cost.BudgetJudge;
import dev.privatellm.machine.plan.Machine;
import dev.privatellm.machine.plan.MachineSpec;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.plan.Wake;
import dev.privatellm.machine.power.BudgetVerdict;
import dev.privatellm.machine.power.PowerOutlook;
import dev.privatellm.machine.power.ScheduleState;
import dev.privatellm.machine.power.Timetable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Gathers what money and the calendar say. Keeps the timetable between steps, because to read one takes longer than to look into it. */
final class Prospects {
    /** A start that nobody has timed yet. */
    static final Duration LATER_BOOT = Duration.ofMinutes(5);

    /** The same of a first boot, which pulls the model. */
    static final Duration FIRST_BOOT = Duration.ofMinutes(15);

    /** Past wakes were not slower than this one will be by chance; who is expected at eight is there at half a minute to. */
    static final Duration MARGIN = Duration.ofSeconds(30);

    private Timetable timetable = new Timetable(List.of());

    /** The outlook at the account's moment. */
    PowerOutlook of(MachineSpec spec, PlanState state, Account account) {
        if (!spec.power().schedule().equals(timetable.windows())) {
            timetable = new Timetable(spec.power().schedule());
        }
        BudgetVerdict budget = BudgetJudge.judge(
                spec.power().budget(),
                account,
                state.activity().budgetOverriddenUntil(),
                state.machine()
                        .filter(_ -> !Planner.isAsleep(state.power()))
                        .map(Machine::offering)
                        .map(Offering::provisioning),
                spec.offerings().stream().map(Offering::provisioning).distinct().toList());
        ScheduleState schedule = timetable.at(account.now(), lead(state));
        return new PowerOutlook(budget, schedule);
    }

    /** The specification under this outlook: beyond a budget that allows spot machines only, there are no others. */
    static MachineSpec allowed(MachineSpec spec, PowerOutlook outlook) {
        return outlook.budget().spotOnly() ? spec.only(ProvisioningModel.SPOT) : spec;
    }

    /** How long before it is to serve a machine has to be started: as long as nine of ten wakes took at most. */
    private static Duration lead(PlanState state) {
        boolean isFirst = !state.machine().map(Machine::bootedBefore).orElse(false);
        Optional<Duration> known = state.boots()
                .rest(Wake.PREPARING, 0.9, isFirst)
                .or(() -> state.boots().quantile(0.9, isFirst));
        return known.map(MARGIN::plus).orElse(isFirst ? FIRST_BOOT : LATER_BOOT);
    }
}
