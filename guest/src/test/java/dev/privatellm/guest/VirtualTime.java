// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.time.Duration;
import java.time.Instant;

/** Time that moves when told, and at once by what is waited for. */
final class VirtualTime implements Time {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos;

    @Override
    public synchronized Instant now() {
        return START.plusNanos(nanos);
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public void pause(Duration duration) {
        pass(duration);
    }

    synchronized void pass(Duration duration) {
        nanos += duration.toNanos();
    }
}
