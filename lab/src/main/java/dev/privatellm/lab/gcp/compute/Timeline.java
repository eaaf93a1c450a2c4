// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets things happen later: each on a virtual thread of its own, so that it may block. Things of one moment keep no order. */
public final class Timeline implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Timeline.class);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lab-timeline").factory());

    /** Does it after that time, unless this is closed before. */
    void after(Duration delay, Runnable what) {
        try {
            var _ = timer.schedule(
                    () -> Thread.ofVirtual().start(() -> guarded(what)), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException _) {
            log.debug("The cloud is closed; nothing happens any more");
        }
    }

    private static void guarded(Runnable what) {
        try {
            what.run();
        } catch (RuntimeException e) {
            log.error("A step of the cloud's own failed", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
