// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.upstream;

import dev.privatellm.gateway.port.Link;
import dev.privatellm.relay.DatedTrust;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * The TLS of one generation of a link: version 1.3 only, our certificate, and the checks of {@link PinnedTrustManager}. Every generation has a context, and
 * so a session cache, of its own: resuming a session skips the certificate, hence must not outlive the pin it was made under.
 */
final class ClientTls {
    /** Netty carries the key from one hand to the other in a key store; the usual kind would take it through thousands of rounds of a hash, there and back, at every change of generation. */
    private static final String IN_MEMORY = "JKS";

    private ClientTls() {}

    /**
     * @param clock tells when a certificate is judged
     * @throws UnreadableLink if certificate, key or trust anchors are not what they should be
     */
    static SslContext context(Link.Access access, InstantSource clock, Consumer<String> pinRejections)
            throws UnreadableLink {
        try {
            PinnedTrustManager trust =
                    new PinnedTrustManager(chainAndName(access.trustAnchors(), clock), access.pins(), pinRejections);
            return SslContextBuilder.forClient()
                    .keyStoreType(IN_MEMORY)
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                    .protocols("TLSv1.3")
                    .keyManager(ascii(access.certificate()), ascii(access.key().value()))
                    .trustManager(trust)
                    .build();
        } catch (GeneralSecurityException | IOException | IllegalArgumentException offence) {
            throw new UnreadableLink(
                    "certificate, key or trust anchors: " + offence.getClass().getSimpleName());
        }
    }

    private static DatedTrust chainAndName(String anchors, InstantSource clock) throws GeneralSecurityException {
        return new DatedTrust(
                CertificateFactory.getInstance("X.509").generateCertificates(ascii(anchors)).stream()
                        .map(X509Certificate.class::cast)
                        .toList(),
                clock);
    }

    private static InputStream ascii(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }
}
