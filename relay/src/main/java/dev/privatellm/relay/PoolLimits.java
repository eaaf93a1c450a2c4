// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import java.time.Duration;

/**
 * Bounds of the connections that an {@link Http1Upstream} keeps, per event loop.
 *
 * @param connections open at the same time; beyond it a request is refused
 * @param idleConnections kept for reuse
 * @param idle how long an unused one is kept; below what the peer allows, since a request sent into a closing connection is lost ambiguously
 */
public record PoolLimits(int connections, int idleConnections, Duration idle) {
    public static final PoolLimits DEFAULT = new PoolLimits(2048, 64, Duration.ofSeconds(90));
}
