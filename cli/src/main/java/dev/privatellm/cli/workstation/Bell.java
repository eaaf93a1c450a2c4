// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Rung by anybody, heard by one: a ring while nobody listens is heard by the next who does, and many rings are heard as one. Ringing returns at once. */
final class Bell {
    private final Semaphore rings = new Semaphore(0);

    void ring() {
        if (rings.availablePermits() == 0) {
            rings.release();
        }
    }

    /** Waits for a ring, at most this long. */
    void await(Duration atMost) throws InterruptedException {
        if (rings.tryAcquire(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS)) {
            rings.drainPermits();
        }
    }
}
