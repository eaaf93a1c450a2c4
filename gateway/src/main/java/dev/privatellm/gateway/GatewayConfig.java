// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import dev.privatellm.gateway.port.Limits;
import java.util.Set;

/**
 * How one gateway is set up.
 *
 * @param host address to listen on: a literal or {@code localhost}
 * @param port TCP port to listen on; 0 takes a free one
 * @param allowedHosts names that a {@code Host} header may carry beside the loopback names and the bound address, in lower case, without a port
 * @param anonymousLoopback whether callers on loopback need no key; they may then infer and manage
 * @param version of this program, for {@code /status}
 * @param limits bounds and periods
 */
public record GatewayConfig(
        String host, int port, Set<String> allowedHosts, boolean anonymousLoopback, String version, Limits limits) {

    public GatewayConfig {
        allowedHosts = Set.copyOf(allowedHosts);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException("host: empty (expected: an address)");
        }
    }

    /** For one person on one machine: loopback only, no keys needed, ordinary limits. */
    public static GatewayConfig onLoopback(int port, String version) {
        return new GatewayConfig("127.0.0.1", port, Set.of(), true, version, Limits.ordinary());
    }
}
