// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * How the present month stands to its budget.
 *
 * @param forbids whether no machine may be woken, and one that serves sleeps at its next idle moment
 * @param spotOnly whether only spot machines may be started
 * @param limit the budget in USD; empty if there is none
 * @param spent USD of this month so far that are known
 * @param until when that ends by itself: the end of the month, or of an override
 */
public record BudgetVerdict(
        State state,
        boolean forbids,
        boolean spotOnly,
        Optional<BigDecimal> limit,
        BigDecimal spent,
        Optional<Instant> until) {

    /** No budget was set. */
    public static final BudgetVerdict NONE =
            new BudgetVerdict(State.NONE, false, false, Optional.empty(), BigDecimal.ZERO, Optional.empty());

    /** How it stands. */
    public enum State {
        NONE,
        WITHIN,
        /** Some price is unknown, and what is known is within the budget: it cannot be judged. */
        UNKNOWN,
        EXCEEDED,
        /** Exceeded, and somebody has said that this does not matter for a while. */
        OVERRIDDEN
    }
}
