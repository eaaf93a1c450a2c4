// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cost;

import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.power.Budget;
import dev.privatellm.machine.power.BudgetVerdict;
import dev.privatellm.machine.power.BudgetVerdict.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Judges the present month by its budget. Where a price is unknown the known part is a lower bound: beyond the budget it is exceeded for certain; within it
 * nobody can say, and machines run, because a price list that lacks a machine type is no reason to refuse the machine that was asked for.
 */
public final class BudgetJudge {
    private BudgetJudge() {}

    /**
     * The verdict at the account's moment.
     *
     * @param overriddenUntil until when somebody has said that it does not matter
     * @param machine how the machine that has power was bought; empty if none has
     * @param allowed how machines may be bought
     */
    public static BudgetVerdict judge(
            Optional<Budget> budget,
            Account account,
            Optional<Instant> overriddenUntil,
            Optional<ProvisioningModel> machine,
            List<ProvisioningModel> allowed) {
        if (budget.isEmpty()) {
            return BudgetVerdict.NONE;
        }
        Money spent = account.month().total();
        boolean isExceeded = spent.known().compareTo(budget.get().monthlyUsd()) >= 0;
        Optional<Instant> override = overriddenUntil.filter(account.now()::isBefore);
        State state = !isExceeded
                ? spent.isComplete() ? State.WITHIN : State.UNKNOWN
                : override.isPresent() ? State.OVERRIDDEN : State.EXCEEDED;
        boolean spotOnly = state == State.EXCEEDED && budget.get().onExceed() == Budget.OnExceed.ON_DEMAND_OFF;
        boolean forbids = state == State.EXCEEDED
                && switch (budget.get().onExceed()) {
                    case SLEEP -> true;
                    case WARN -> false;
                    case ON_DEMAND_OFF ->
                        machine.map(ProvisioningModel.STANDARD::equals)
                                .orElse(!allowed.contains(ProvisioningModel.SPOT));
                };
        return new BudgetVerdict(
                state,
                forbids,
                spotOnly,
                Optional.of(budget.get().monthlyUsd()),
                spent.known(),
                isExceeded ? override.or(() -> Optional.of(account.end())) : Optional.empty());
    }
}
