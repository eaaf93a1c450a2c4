// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import java.time.Instant;
import java.util.Optional;

/**
 * What a schedule says at a moment.
 *
 * @param until when that ends; empty if no window holds, or if its end is more than a week away
 * @param changesAt when something else may hold at the earliest; empty if that is more than a year away
 * @param next the next window that begins
 */
public record ScheduleState(Mode mode, Optional<Instant> until, Optional<Instant> changesAt, Optional<Upcoming> next) {

    /** There is no schedule. */
    public static final ScheduleState NONE =
            new ScheduleState(Mode.NONE, Optional.empty(), Optional.empty(), Optional.empty());

    /** The same, with demand deciding. */
    public ScheduleState withoutWindow() {
        return new ScheduleState(Mode.NONE, until, changesAt, next);
    }

    /** What holds. */
    public enum Mode {
        /** Demand decides. */
        NONE,
        /** The machine runs. */
        ON,
        /** No machine may run. */
        OFF
    }

    /** A window that begins; its end is empty if that is more than a week later. */
    public record Upcoming(Window.Action action, Instant begin, Optional<Instant> end) {}
}
