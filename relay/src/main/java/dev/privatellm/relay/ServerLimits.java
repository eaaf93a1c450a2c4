// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import java.time.Duration;

/**
 * Bounds of a {@link ServerConnection}.
 *
 * @param head bounds of each head
 * @param headDeadline from a head's first byte to its last; beyond it 408
 * @param keepAliveIdle how long a connection may rest between exchanges; some clients count an early close as a failed attempt, so not below 180 s outside tests
 * @param bodyIdle how long a request body that is wanted may send nothing; beyond it the client counts as gone
 * @param readAheadBytes request bytes kept while nobody wants them: the body of a paused exchange, or the next request while one is answered
 * @param writeStall how long a client may take nothing at all of what waits for it; beyond it the connection is cut and the client counts as gone. In between, a slow reader cannot be told
 *     from one that has stopped: its own system takes a segment only once it has room for a whole one, 64 KiB on loopback, and somebody who listens to an answer being spoken takes about 1
 *     KB/s, hence shows nothing for a minute. A bound of 10 minutes lets ten times slower ones live, equals the longest silence that an engine is allowed, and is what a stalled client
 *     may cost at most
 */
public record ServerLimits(
        HeadLimits head,
        Duration headDeadline,
        Duration keepAliveIdle,
        Duration bodyIdle,
        int readAheadBytes,
        Duration writeStall) {
    public static final ServerLimits DEFAULT = new ServerLimits(
            HeadLimits.DEFAULT,
            Duration.ofSeconds(30),
            Duration.ofSeconds(200),
            Duration.ofSeconds(120),
            16 * 1024,
            Duration.ofSeconds(600));

    /** These, but for how long a client may take nothing. */
    public ServerLimits withWriteStall(Duration replacement) {
        return new ServerLimits(head, headDeadline, keepAliveIdle, bodyIdle, readAheadBytes, replacement);
    }
}
