// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.time.Duration;

/** Pauses that double from the first to the longest. */
final class Backoff {
    private final Time time;
    private final Duration longest;
    private Duration next;

    Backoff(Time time, Duration first, Duration longest) {
        this.time = time;
        this.next = first;
        this.longest = longest;
    }

    void pause() throws InterruptedException {
        time.pause(next());
    }

    /** The length of the next pause, for who makes it himself. */
    Duration next() {
        Duration now = next;
        Duration doubled = now.multipliedBy(2);
        next = doubled.compareTo(longest) > 0 ? longest : doubled;
        return now;
    }
}
