// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until it is moved, unless it is told to run with every reading. */
public final class FakeClock extends Clock {
    private Instant now;
    private Duration perReading = Duration.ZERO;

    public FakeClock(Instant start) {
        this.now = start;
    }

    @Override
    public synchronized Instant instant() {
        now = now.plus(perReading);
        return now;
    }

    /** Moves on by this at every reading, as a real clock does between two of them. */
    public synchronized void advancesPerReading(Duration by) {
        perReading = by;
    }

    /** Moves it on. */
    public synchronized void advance(Duration by) {
        now = now.plus(by);
    }

    /** Moves it to a moment; one that lies behind changes nothing. */
    public synchronized void advanceTo(Instant moment) {
        now = moment.isAfter(now) ? moment : now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
