// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

import java.time.Duration;
import java.time.Instant;

/**
 * The only source of time. Holds, periods and deadlines count on {@link #nanoTime()}, which never jumps; records carry {@link #now()}.
 */
public interface Timepiece {

    /** Wall-clock time, for records. */
    Instant now();

    /** A monotonic count of nanoseconds from an arbitrary origin; only differences mean anything. */
    long nanoTime();

    /** Calls {@code action} once after {@code delay}, on a thread of this timepiece. The action returns at once. */
    Alarm after(Duration delay, Runnable action);

    /** An action that is due. */
    interface Alarm {
        /** Forgets the action unless it has begun; cancelling twice is a success. */
        void cancel();
    }
}
