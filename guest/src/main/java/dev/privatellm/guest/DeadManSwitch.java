// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides when the machine turns itself off because its controller is silent: {@code deadMan} after the last heartbeat, or after the boot if none ever came. While the machine's first boot
 * may be under way, that is as long as nobody knows whether its model was already here, the longer grace counts instead. Never while a stream is open. Counts on the monotonic ticker.
 * Thread-safe.
 */
final class DeadManSwitch {
    private final Time time;
    private final long boot;
    private Duration deadMan;
    private Duration firstBootGrace;
    private boolean firstBoot = true;
    private Optional<Long> lastBeat = Optional.empty();

    /** Starts counting now. Zero durations never switch off. */
    DeadManSwitch(Time time, Duration deadMan, Duration firstBootGrace) {
        this.time = time;
        this.boot = time.nanos();
        this.deadMan = deadMan;
        this.firstBootGrace = firstBootGrace;
    }

    synchronized void configure(Duration newDeadMan, Duration newFirstBootGrace) {
        deadMan = newDeadMan;
        firstBootGrace = newFirstBootGrace;
    }

    /** The controller is alive. */
    synchronized void beat() {
        lastBeat = Optional.of(time.nanos());
    }

    /** The model was here at the start: this is no first boot. */
    synchronized void modelWasPresent() {
        firstBoot = false;
    }

    /** Whether to switch off now, while so many streams are open. */
    synchronized boolean isDue(int openStreams) {
        return openStreams == 0 && left().map(left -> left <= 0).orElse(false);
    }

    /** When it will switch off if nobody beats; empty if it never will. */
    synchronized Optional<Instant> dueAt() {
        return left().map(time.now()::plusNanos);
    }

    private Optional<Long> left() {
        if (deadMan.isZero()) {
            return Optional.empty();
        }
        Duration grace = firstBoot && firstBootGrace.compareTo(deadMan) > 0 ? firstBootGrace : deadMan;
        long due = lastBeat.map(beat -> beat + deadMan.toNanos()).orElse(boot + grace.toNanos());
        return Optional.of(due - time.nanos());
    }
}
