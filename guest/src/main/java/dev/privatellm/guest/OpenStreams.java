// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts the streams that are open towards the engine: exactly, from admission to the last byte or the client's leaving. Thread-safe. */
final class OpenStreams {
    /** Streams at the same time; beyond it the machine is full. */
    static final int MAX_OPEN = 512;

    private final Time time;
    private int open;
    private long opened;
    private Optional<Instant> lastActivity = Optional.empty();
    private Runnable onNone = () -> {};

    OpenStreams(Time time) {
        this.time = time;
    }

    /** Called each time the count falls to zero. */
    synchronized void onNone(Runnable none) {
        onNone = none;
    }

    /** Counts one stream more; the result counts it off, however often it is run. Empty if the machine is full. */
    synchronized Optional<Runnable> open() {
        if (open == MAX_OPEN) {
            return Optional.empty();
        }
        open++;
        opened++;
        lastActivity = Optional.of(time.now());
        AtomicBoolean closed = new AtomicBoolean();
        return Optional.of(() -> {
            if (closed.compareAndSet(false, true)) {
                close();
            }
        });
    }

    private void close() {
        Runnable none;
        synchronized (this) {
            open--;
            lastActivity = Optional.of(time.now());
            none = open == 0 ? onNone : () -> {};
        }
        none.run();
    }

    synchronized int count() {
        return open;
    }

    /** Streams opened since the start. */
    synchronized long opened() {
        return opened;
    }

    /** When a stream was last open; empty if none ever was. */
    synchronized Optional<Instant> lastActivity() {
        return open > 0 ? Optional.of(time.now()) : lastActivity;
    }
}
