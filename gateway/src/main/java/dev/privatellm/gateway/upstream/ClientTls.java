// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.upstream;

import dev.privatellm.gateway.port.Link;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.function.Consumer;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The TLS of one generation of a link: version 1.3 only, our certificate, and the checks of {@link PinnedTrustManager}. Every generation has a context, and
 * so a session cache, of its own: resuming a session skips the certificate, hence must not outlive the pin it was made under.
 */
final class ClientTls {
    private ClientTls() {}

    /**
     * @throws UnreadableLink if certificate, key or trust anchors are not what they should be
     */
    static SslContext context(Link.Access access, Consumer<String> pinRejections) throws UnreadableLink {
        try {
            PinnedTrustManager trust =
                    new PinnedTrustManager(chainAndName(access.trustAnchors()), access.pins(), pinRejections);
            return SslContextBuilder.forClient()
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

    private static X509ExtendedTrustManager chainAndName(String anchors) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        Collection<? extends Certificate> issuers =
                CertificateFactory.getInstance("X.509").generateCertificates(ascii(anchors));
        int number = 0;
        for (Certificate issuer : issuers) {
            store.setCertificateEntry("issuer-" + number++, issuer);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("the JDK offers no trust manager that checks names");
    }

    private static InputStream ascii(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }
}
