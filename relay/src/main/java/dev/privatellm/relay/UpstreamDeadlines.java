// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import java.time.Duration;

/**
 * How long an {@link UpstreamStream} waits. A response as a whole has no limit.
 *
 * @param connect from the attempt to the established connection
 * @param handshake for TLS, after connect
 * @param firstByte from the last byte sent of the request, or the last informational head, to the end of the answer's head
 * @param idle without a byte in either direction, once the answer's head has come; does not run while the reader has paused
 */
public record UpstreamDeadlines(Duration connect, Duration handshake, Duration firstByte, Duration idle) {
    /** 5 s, 10 s, 600 s, 600 s. */
    public static final UpstreamDeadlines DEFAULT = new UpstreamDeadlines(
            Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(600), Duration.ofSeconds(600));

    public UpstreamDeadlines {
        for (Duration each : new Duration[] {connect, handshake, firstByte, idle}) {
            if (!each.isPositive()) {
                throw new IllegalArgumentException("deadline " + each + " (expected: positive)");
            }
        }
    }
}
