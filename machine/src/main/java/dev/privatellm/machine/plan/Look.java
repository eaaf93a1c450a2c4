// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.time.Duration;
import java.time.Instant;

/** What a look at something outside brought, and when. That it was not looked at, and that looking failed, are answers of their own: neither means absent. */
public sealed interface Look<T> {

    /** Whether this is recent enough to conclude from, or to spare another attempt. */
    default boolean isWithin(Duration age, Instant now) {
        return switch (this) {
            case Never<T> _ -> false;
            case Seen<T>(T _, Instant at) -> isWithin(at, age, now);
            case Failed<T>(RuntimeException _, Instant at) -> isWithin(at, age, now);
        };
    }

    /** Whether it was looked, with whatever success, at this moment or later. */
    default boolean isSince(Instant moment) {
        return switch (this) {
            case Never<T> _ -> false;
            case Seen<T>(T _, Instant at) -> !at.isBefore(moment);
            case Failed<T>(RuntimeException _, Instant at) -> !at.isBefore(moment);
        };
    }

    private static boolean isWithin(Instant at, Duration age, Instant now) {
        return now.isBefore(at.plus(age)) || now.equals(at);
    }

    /** Nobody has looked in the life of this process, or what was seen has been changed since by ourselves. */
    record Never<T>() implements Look<T> {}

    /** This was there. */
    record Seen<T>(T value, Instant at) implements Look<T> {}

    /** Looking failed: nothing is known. */
    record Failed<T>(RuntimeException failure, Instant at) implements Look<T> {}

    static <T> Look<T> never() {
        return new Never<>();
    }
}
