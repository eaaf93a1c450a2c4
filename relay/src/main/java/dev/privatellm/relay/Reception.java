// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import java.time.Duration;
import java.util.Optional;

/**
 * Judges whether a peer still receives what it is sent, by looks taken from time to time. Two things can be wrong. A peer that <em>vanished</em> acknowledges nothing any more. One that
 * <em>stopped reading</em> answers TCP's every question with a closed window, for ever, and looks alive; it is given far longer, since a reader that takes what it needs now and then is
 * no different in between.
 *
 * <p>What counts as taken is any byte that left: into the socket, or from the socket's own buffer, which holds megabytes and moves long before the socket takes more.
 *
 * <p>{@code TCP_USER_TIMEOUT} would be simpler and is wrong here: Linux lets it run against a closed window too ({@code tcp_probe_timer}), so that a bound short enough for the vanished cuts
 * slow readers.
 */
final class Reception {
    /** How long a vanished peer goes unnoticed: what the guest's clients are promised for HTTP/1.1. */
    static final Duration UNACKNOWLEDGED = Duration.ofSeconds(60);

    private final long stallNanos;
    private final long unacknowledgedNanos;
    private long progressAt;
    private long position;
    private long acknowledgedAt;

    /**
     * One look.
     *
     * @param waits whether bytes wait that the socket did not take
     * @param position a value that changes when the socket takes some
     * @param kernel what TCP says; empty where it cannot be asked
     */
    record Look(boolean waits, long position, Optional<Tcp> kernel) {
        /** Whether the peer has everything, as far as can be known. */
        boolean isAllReceived() {
            return !waits && kernel.filter(Tcp::isUnacknowledged).isEmpty();
        }
    }

    /**
     * @param isUnacknowledged whether bytes are on their way
     * @param sinceAcknowledgement time since the peer last acknowledged anything
     * @param sinceDeparture time since payload last left, repetitions included
     */
    record Tcp(boolean isUnacknowledged, Duration sinceAcknowledgement, Duration sinceDeparture) {}

    /**
     * @param stall how long bytes may wait without one of them leaving
     * @param unacknowledged how long bytes on their way may stay without any answer
     */
    Reception(Duration stall, Duration unacknowledged) {
        this.stallNanos = stall.toNanos();
        this.unacknowledgedNanos = unacknowledged.toNanos();
    }

    /** Begins to judge: something is about to be sent. */
    void begin(long now) {
        progressAt = now;
        acknowledgedAt = now;
        position = 0;
    }

    /** Takes one more look. Returns whether the peer is to be given up. */
    boolean isLost(Look look, long now) {
        if (!look.waits() || look.position() != position) {
            progressAt = now;
        }
        position = look.position();
        boolean isUnanswered = look.kernel().filter(Tcp::isUnacknowledged).isPresent();
        acknowledgedAt = isUnanswered ? acknowledgedAt : now;
        look.kernel().ifPresent(tcp -> {
            progressAt = later(progressAt, now - tcp.sinceDeparture().toNanos());
            acknowledgedAt =
                    later(acknowledgedAt, now - tcp.sinceAcknowledgement().toNanos());
        });
        return now - progressAt >= stallNanos || now - acknowledgedAt >= unacknowledgedNanos;
    }

    /** The later of two readings of a clock that may overflow. */
    private static long later(long a, long b) {
        return b - a > 0 ? b : a;
    }
}
