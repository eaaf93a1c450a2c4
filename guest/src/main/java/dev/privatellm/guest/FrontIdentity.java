// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.relay.DatedTrust;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.SSLException;

/**
 * A bundle made ready for connections: TLS exactly 1.3, a client certificate demanded and verified against the bundle's authorities, no session tickets, so that each connection's
 * certificate is judged anew.
 */
record FrontIdentity(Bundle bundle, SslContext tls) {
    /** Netty carries the key from one hand to the other in a key store; the usual kind would take it through thousands of rounds of a hash, there and back, while a machine is awaited. */
    private static final String IN_MEMORY = "JKS";

    /** @param clock tells when a client's certificate is judged */
    static FrontIdentity of(Bundle bundle, InstantSource clock) throws SSLException {
        SslContext tls = SslContextBuilder.forServer(
                        bundle.key(), bundle.chain().toArray(X509Certificate[]::new))
                .keyStoreType(IN_MEMORY)
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .protocols("TLSv1.3")
                .clientAuth(ClientAuth.REQUIRE)
                .trustManager(new DatedTrust(bundle.authorities(), clock))
                .build();
        return new FrontIdentity(bundle, tls);
    }

    @Override
    public String toString() {
        return "identity of " + bundle;
    }
}
