// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/**
 * Why something is not as it was asked for: part of the API, one CamelCase word each. What a reason means for a caller, a resource and a shell stands in
 * {@code reasons.yaml}, read by {@link ReasonTable}; its page is {@link #page()}.
 */
public enum Reason {
    INVALID_REQUEST,
    UNAUTHENTICATED,
    FORBIDDEN,
    UNKNOWN_MODEL,
    UNKNOWN_PATH,
    BODY_TOO_LARGE,
    RATE_LIMITED,
    BOOTING,
    QUEUE_FULL,
    ACTIVATION_DEADLINE_EXCEEDED,
    NO_CAPACITY,
    BUDGET_EXCEEDED,
    SLEEPING_BY_POLICY,
    STALLED,
    STREAM_INTERRUPTED,
    INTERNAL,
    INVALID_SPEC,
    ZONE_STOCKOUT,
    ZONE_UNAVAILABLE,
    QUOTA_EXCEEDED,
    MODEL_NOT_FOUND,
    MODEL_TOO_LARGE,
    BILLING_DISABLED,
    KEY_DISABLED,
    PERMISSION_DENIED,
    CREDENTIALS_REJECTED,
    MANAGEMENT_CONFLICT,
    REPLACE_REQUIRED,
    UNAVAILABLE,
    BOOT_FAILED,
    PREEMPTED,
    EGRESS_UNKNOWN,
    MACHINE_UNTRUSTED,
    STATE_IN_USE,
    STATE_UNWRITABLE,
    STATE_MISMATCH,
    PORT_TAKEN,
    NOT_RUNNING;

    /** The word as users see it, {@code NoCapacity}. */
    public String word() {
        var word = new StringBuilder();
        for (var part : name().split("_", -1)) {
            word.append(part.charAt(0)).append(part.substring(1).toLowerCase(java.util.Locale.ROOT));
        }
        return word.toString();
    }

    /** The end of every message about it: what to do now, and where it is explained. */
    public String next() {
        return "next: %s; see %s".formatted(ReasonTable.of(this).next(), page());
    }

    /** The page that explains it, relative to the repository's root. */
    public String page() {
        return "docs/errors/" + word() + ".md";
    }
}
