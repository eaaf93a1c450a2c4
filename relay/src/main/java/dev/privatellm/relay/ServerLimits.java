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
 */
public record ServerLimits(
        HeadLimits head, Duration headDeadline, Duration keepAliveIdle, Duration bodyIdle, int readAheadBytes) {
    public static final ServerLimits DEFAULT = new ServerLimits(
            HeadLimits.DEFAULT, Duration.ofSeconds(30), Duration.ofSeconds(200), Duration.ofSeconds(120), 16 * 1024);
}
