// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.status;

import com.fasterxml.jackson.annotation.JsonValue;

/** One word for how a resource stands. */
public enum Phase {
    STOPPED("Stopped"),
    STARTING("Starting"),
    BOOTING("Booting"),
    WARMING("Warming"),
    RUNNING("Running"),
    DRAINING("Draining"),
    STOPPING("Stopping"),
    PREEMPTED("Preempted"),
    NO_CAPACITY("NoCapacity"),
    BUDGET_EXCEEDED("BudgetExceeded"),
    AUTH_ERROR("AuthError"),
    FAILED("Failed"),
    DELETING("Deleting"),
    PENDING("Pending"),
    UNKNOWN("Unknown");

    private final String word;

    Phase(String word) {
        this.word = word;
    }

    /** The word as it is shown. */
    @JsonValue
    public String word() {
        return word;
    }
}
