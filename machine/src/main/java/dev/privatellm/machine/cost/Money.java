// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cost;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * A sum of prices of which some may be unknown.
 *
 * @param known sum of those that are known, in USD: it costs that at least
 * @param isComplete whether all of them are
 */
public record Money(BigDecimal known, boolean isComplete) {
    public static final Money NOTHING = new Money(BigDecimal.ZERO, true);

    /** With one more; empty is a price that is unknown. */
    public Money plus(Optional<BigDecimal> usd) {
        return usd.map(more -> new Money(known.add(more), isComplete)).orElse(new Money(known, false));
    }

    /** With another sum. */
    public Money plus(Money other) {
        return new Money(known.add(other.known), isComplete && other.isComplete);
    }

    /** The sum; empty if any part of it is unknown. */
    public Optional<BigDecimal> usd() {
        return isComplete ? Optional.of(known) : Optional.empty();
    }
}
