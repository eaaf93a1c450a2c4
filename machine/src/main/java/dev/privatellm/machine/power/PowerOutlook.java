// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

/** What money and the calendar say at this moment. */
public record PowerOutlook(BudgetVerdict budget, ScheduleState schedule) {

    /** Neither a budget nor a schedule. */
    public static final PowerOutlook NONE = new PowerOutlook(BudgetVerdict.NONE, ScheduleState.NONE);
}
