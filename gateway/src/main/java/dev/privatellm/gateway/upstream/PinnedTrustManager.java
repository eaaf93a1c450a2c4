// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.upstream;

import dev.privatellm.gateway.port.Pins;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a server only if three things hold: its chain leads to our issuer, its name is the expected one, and its leaf is pinned. Chain and name are the
 * JDK's work, asked first; the name is compared because the engine that connects demands endpoint identification. Clients are never trusted by it.
 */
final class PinnedTrustManager extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager chainAndName;
    private final Pins pins;
    private final Consumer<String> rejections;

    /** @param rejections is told the fingerprint of each leaf that is refused by its pin alone */
    PinnedTrustManager(X509ExtendedTrustManager chainAndName, Pins pins, Consumer<String> rejections) {
        this.chainAndName = chainAndName;
        this.pins = pins;
        this.rejections = rejections;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        if (!"HTTPS".equals(engine.getSSLParameters().getEndpointIdentificationAlgorithm())) {
            throw new CertificateException("endpoint identification is off");
        }
        chainAndName.checkServerTrusted(chain, authType, engine);
        requirePinned(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("no engine, no name to check");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("no engine, no name to check");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("clients are not trusted here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("clients are not trusted here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("clients are not trusted here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chainAndName.getAcceptedIssuers();
    }

    private void requirePinned(X509Certificate leaf) throws CertificateException {
        String fingerprint = fingerprint(leaf);
        if (!pins.trust(fingerprint)) {
            rejections.accept(fingerprint);
            throw new PinMismatch(fingerprint);
        }
    }

    static String fingerprint(X509Certificate certificate) throws CertificateException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new CertificateException("every JDK knows SHA-256", impossible);
        }
    }
}
