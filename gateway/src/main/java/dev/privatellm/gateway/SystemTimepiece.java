// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import dev.privatellm.gateway.port.Timepiece;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Real time. One daemon thread rings all alarms; cancelled ones are forgotten at once. */
public final class SystemTimepiece implements Timepiece, AutoCloseable {
    private final Clock clock = Clock.systemUTC();
    private final ScheduledThreadPoolExecutor alarms;

    public SystemTimepiece() {
        alarms = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("gateway-alarms").factory());
        alarms.setRemoveOnCancelPolicy(true);
        alarms.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Alarm after(Duration delay, Runnable action) {
        ScheduledFuture<?> due = alarms.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> due.cancel(false);
    }

    @Override
    public void close() {
        alarms.shutdownNow();
    }
}
