// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A moment after which something is given up, moved on cheaply: re-arming for later writes one field, and the timer that fires early only sets itself again. On its event loop only.
 */
final class Deadline {
    private final EventExecutor loop;
    private final Runnable passed;
    private @Nullable ScheduledFuture<?> timer;
    private boolean armed;
    private long at;
    private long timerAt;

    Deadline(EventExecutor loop, Runnable passed) {
        this.loop = loop;
        this.passed = passed;
    }

    void arm(Duration fromNow) {
        at = loop.ticker().nanoTime() + fromNow.toNanos();
        armed = true;
        ScheduledFuture<?> running = timer;
        if (running != null && timerAt - at > 0) {
            running.cancel(false);
            running = null;
        }
        if (running == null) {
            schedule(fromNow.toNanos());
        }
    }

    private void schedule(long nanos) {
        timerAt = at;
        timer = loop.schedule(this::fire, nanos, TimeUnit.NANOSECONDS);
    }

    private void fire() {
        timer = null;
        if (!armed) {
            return;
        }
        long left = at - loop.ticker().nanoTime();
        if (left > 0) {
            schedule(left);
        } else {
            armed = false;
            passed.run();
        }
    }

    void disarm() {
        armed = false;
    }

    /** Disarms for good and gives the timer back. */
    void cancel() {
        armed = false;
        ScheduledFuture<?> running = timer;
        if (running != null) {
            running.cancel(false);
            timer = null;
        }
    }
}
