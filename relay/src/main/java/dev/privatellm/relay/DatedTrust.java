// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Judges a chain as the JDK does (issuer, usage, algorithms, dates and, where the engine demands it, the name), at the moment that our clock tells: the JDK's own asks the system's. Both
 * engines that Netty drives leave the judgement to it entirely. Safe from any thread.
 */
public final class DatedTrust extends X509ExtendedTrustManager {
    private final List<X509Certificate> issuers;
    private final InstantSource clock;

    /**
     * @param issuers who may have issued what is judged
     * @throws IllegalArgumentException if there is none
     */
    public DatedTrust(Collection<X509Certificate> issuers, InstantSource clock) {
        if (issuers.isEmpty()) {
            throw new IllegalArgumentException("no issuer (expected: one at least)");
        }
        this.issuers = List.copyOf(issuers);
        this.clock = clock;
    }

    /** The judge of this moment. One serves for one moment only, and making it costs next to nothing beside a handshake. */
    private X509ExtendedTrustManager now() throws CertificateException {
        try {
            Set<TrustAnchor> anchors = issuers.stream()
                    .map(issuer -> new TrustAnchor(issuer, null))
                    .collect(Collectors.toSet());
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager found) {
                    return found;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new CertificateException("certificates cannot be judged here", e);
        }
        throw new CertificateException("the JDK offers no trust manager that checks names");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        now().checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        now().checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        now().checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        now().checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        now().checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        now().checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return issuers.toArray(X509Certificate[]::new);
    }
}
