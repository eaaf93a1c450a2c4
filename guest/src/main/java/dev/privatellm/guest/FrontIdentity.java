// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;

/**
 * A bundle made ready for connections: TLS exactly 1.3, a client certificate demanded and verified against the bundle's authorities, no session tickets, so that each connection's
 * certificate is judged anew.
 */
record FrontIdentity(Bundle bundle, SslContext tls) {
    static FrontIdentity of(Bundle bundle) throws SSLException {
        SslContext tls = SslContextBuilder.forServer(
                        bundle.key(), bundle.chain().toArray(X509Certificate[]::new))
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .protocols("TLSv1.3")
                .clientAuth(ClientAuth.REQUIRE)
                .trustManager(bundle.authorities().toArray(X509Certificate[]::new))
                .build();
        return new FrontIdentity(bundle, tls);
    }

    @Override
    public String toString() {
        return "identity of " + bundle;
    }
}
