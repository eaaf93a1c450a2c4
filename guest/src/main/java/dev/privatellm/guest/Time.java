// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The wall clock for what is recorded, a monotonic ticker for what is measured, and waiting; one seam, so that hours can be tested in milliseconds. */
interface Time {
    Instant now();

    /** Nanoseconds since some moment; never goes back. */
    long nanos();

    void pause(Duration duration) throws InterruptedException;

    static Time system() {
        Clock clock = Clock.systemUTC();
        return new Time() {
            @Override
            public Instant now() {
                return clock.instant();
            }

            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public void pause(Duration duration) throws InterruptedException {
                Thread.sleep(duration);
            }
        };
    }

    /** A clock that tells this time. */
    default Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return now();
            }

            @Override
            public java.time.ZoneId getZone() {
                return java.time.ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }
        };
    }
}
