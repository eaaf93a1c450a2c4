// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where an {@link Http1Upstream} connects to, and how it knows its peer.
 *
 * @param address resolved
 * @param tls absent for plain TCP
 */
public record UpstreamAddress(InetSocketAddress address, Optional<Tls> tls) {
    /**
     * @param context with trust, own certificate and versions as the caller demands
     * @param serverName sent as SNI and compared with the peer's certificate, since an address is dialled
     */
    public record Tls(SslContext context, String serverName) {}

    public static UpstreamAddress plain(InetSocketAddress address) {
        return new UpstreamAddress(address, Optional.empty());
    }

    public static UpstreamAddress tls(InetSocketAddress address, SslContext context, String serverName) {
        return new UpstreamAddress(address, Optional.of(new Tls(context, serverName)));
    }
}
