// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

/** The book of what was used: one row per metered exchange, appended once, never changed. */
public interface UsageLedger {

    /** Takes a row. Returns at once: a slow book queues within its bound, and counts what it must drop. Never throws. */
    void append(UsageRow row);
}
