// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.time.Duration;

/** The newest of something that changes; older ones that nobody looked at are forgotten. Thread-safe. */
final class Latest<T> {
    private T value;

    Latest(T value) {
        this.value = value;
    }

    synchronized T get() {
        return value;
    }

    synchronized void set(T newer) {
        value = newer;
        notifyAll();
    }

    /** Waits until the value is another one, or the time is over. Returns whether it is another one. */
    synchronized boolean awaitOther(T known, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        for (long left = atMost.toMillis();
                left > 0 && value.equals(known);
                left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return !value.equals(known);
    }
}
