// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import java.math.BigDecimal;

/**
 * What a month may cost.
 *
 * @param monthlyUsd for machines and for what stands between runs, in a calendar month of UTC
 */
public record Budget(BigDecimal monthlyUsd, OnExceed onExceed) {

    /** What happens once more was spent. */
    public enum OnExceed {
        /** The machine sleeps at the next idle moment and nothing wakes it. */
        SLEEP,
        /** The same for machines that are not spot ones. */
        ON_DEMAND_OFF,
        /** People are told. */
        WARN
    }
}
