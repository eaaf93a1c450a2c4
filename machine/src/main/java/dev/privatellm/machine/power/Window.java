// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import java.time.ZoneId;

/**
 * Hours of a machine: all minutes that a cron expression matches, in the wall clock of a time zone.
 *
 * @param cron five fields, as UNIX has them
 */
public record Window(String cron, ZoneId zone, Action action) {

    /** What holds within the window. */
    public enum Action {
        /** Started so that it serves when the window begins, and kept until it ends. */
        PRE_WARM,
        /** Started when the window begins, and kept until it ends. */
        ON,
        /** No machine may run. */
        OFF
    }
}
