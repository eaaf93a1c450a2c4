// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides when the machine turns itself off because its controller is silent: {@code deadMan} after the last heartbeat, or after the boot if none ever came. While the machine's first boot
 * may be under way, that is as long as nobody knows whether its model was already here, the longer grace counts instead. Never while a stream is open. Counts on the monotonic ticker.
 *
 * <p>It does not begin anew with this program: the boot is the machine's, and what an earlier start of the program in it has {@linkplain #kept kept} is gone on with. Thread-safe.
 */
final class DeadManSwitch {
    /** What goes by until the configuration is read; whoever reads what was kept before, or what the installation knows, is stricter. */
    static final Duration UNCONFIGURED = Duration.ofMinutes(30);

    /** A program that hangs passes nothing on: for so long its last word that a stream is open is believed. */
    static final Duration STREAM_HOLD = Duration.ofMinutes(2);

    /** Whether the machine came up with its model on its disk. */
    enum BootKind {
        UNKNOWN,
        FIRST,
        LATER
    }

    /**
     * What outlasts this program, but not the boot; moments are uptimes of the kernel.
     *
     * @param beat the last heartbeat; empty if none ever came
     * @param due when the machine is to be off if this program is never heard again; empty for never
     */
    record Kept(Optional<Duration> beat, BootKind kind, Optional<Duration> due) {}

    private final Time time;
    private final Boot boot;
    private final long started;
    private Optional<Limits> limits = Optional.empty();
    private BootKind kind;
    private Optional<Long> lastBeat;

    private record Limits(Duration deadMan, Duration firstBootGrace) {}

    /** @param kept by an earlier start of the program in this boot; empty if this is the first, or if nobody can read it */
    DeadManSwitch(Time time, Boot boot, Optional<Kept> kept) {
        this.time = time;
        this.boot = boot;
        this.started = time.nanos();
        this.kind = boot.hadModel() ? BootKind.LATER : kept.map(Kept::kind).orElse(BootKind.UNKNOWN);
        this.lastBeat = kept.flatMap(Kept::beat).map(boot::nanos);
    }

    /** Sets what it goes by. A zero {@code deadMan} never switches off. */
    synchronized void configure(Duration deadMan, Duration firstBootGrace) {
        limits = Optional.of(new Limits(deadMan, firstBootGrace));
    }

    /** The controller is alive. */
    synchronized void beat() {
        lastBeat = Optional.of(time.nanos());
    }

    /** Whether every model was here at the start, which makes this no first boot. The first word in a boot counts: by the next start a first boot may have brought them. */
    synchronized void modelWas(boolean present) {
        if (kind == BootKind.UNKNOWN) {
            kind = present ? BootKind.LATER : BootKind.FIRST;
        }
    }

    /** Whether to switch off now, while so many streams are open. */
    synchronized boolean isDue(int openStreams) {
        return openStreams == 0 && due().map(due -> time.nanos() - due >= 0).orElse(false);
    }

    /** When it will switch off if nobody beats; empty if it never will. */
    synchronized Optional<Instant> dueAt() {
        return due().map(due -> time.now().plusNanos(due - time.nanos()));
    }

    /** What is to be written down now, while so many streams are open; empty before the configuration is read, when what was written before knows more. */
    synchronized Optional<Kept> kept(int openStreams) {
        if (limits.isEmpty()) {
            return Optional.empty();
        }
        Duration held = boot.uptime(time.nanos()).plus(STREAM_HOLD);
        Optional<Duration> due =
                due().map(boot::uptime).map(uptime -> openStreams > 0 && uptime.compareTo(held) < 0 ? held : uptime);
        return Optional.of(new Kept(lastBeat.map(boot::uptime), kind, due));
    }

    private Optional<Long> due() {
        if (limits.isEmpty()) {
            return Optional.of(started + UNCONFIGURED.toNanos());
        }
        Duration deadMan = limits.get().deadMan();
        if (deadMan.isZero()) {
            return Optional.empty();
        }
        Duration grace = limits.get().firstBootGrace();
        Duration first = kind != BootKind.LATER && grace.compareTo(deadMan) > 0 ? grace : deadMan;
        return Optional.of(lastBeat.map(beat -> beat + deadMan.toNanos()).orElse(boot.beganNanos() + first.toNanos()));
    }
}
