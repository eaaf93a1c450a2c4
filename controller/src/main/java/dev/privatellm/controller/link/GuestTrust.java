// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.pki.Fingerprint;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes one machine: its certificate must chain to an authority of the resource's own, be a server's, carry the expected name, and be a pinned one. All four
 * are asked, in this order, and the first that fails names the refusal. It trusts no client, so it cannot serve on the other side by mistake.
 */
final class GuestTrust extends X509ExtendedTrustManager {
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final int DNS_NAME = 2;

    private final GuestAddress guest;
    private final List<X509Certificate> authorities;
    private final InstantSource clock;

    GuestTrust(GuestAddress guest, List<X509Certificate> authorities, InstantSource clock) {
        this.guest = guest;
        this.authorities = List.copyOf(authorities);
        this.clock = clock;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        requireChain(chain);
        X509Certificate leaf = chain[0];
        if (leaf.getExtendedKeyUsage() == null || !leaf.getExtendedKeyUsage().contains(SERVER_AUTH)) {
            throw new CertificateException("wrong usage: the certificate is not a server's");
        }
        if (!names(leaf).contains(guest.serverName())) {
            throw new CertificateException("wrong name: %s (expected: %s)".formatted(names(leaf), guest.serverName()));
        }
        String pin = Fingerprint.of(leaf).hex();
        boolean isNext = guest.nextPin().map(pin::equals).orElse(false);
        if (!pin.equals(guest.pin()) && !isNext) {
            throw new CertificateException("wrong pin: %s (expected: %s)".formatted(pin, guest.pin()));
        }
    }

    private void requireChain(X509Certificate[] chain) throws CertificateException {
        List<X509Certificate> path =
                Arrays.stream(chain).filter(each -> !authorities.contains(each)).toList();
        if (path.isEmpty()) {
            throw new CertificateException("wrong chain: no leaf");
        }
        try {
            PKIXParameters parameters = new PKIXParameters(anchors());
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("wrong chain: " + e.getMessage(), e);
        }
    }

    private Set<TrustAnchor> anchors() {
        return authorities.stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet());
    }

    private static List<String> names(X509Certificate leaf) throws CertificateException {
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        return names == null
                ? List.of()
                : names.stream()
                        .filter(name -> name.get(0).equals(DNS_NAME))
                        .map(name -> String.valueOf(name.get(1)))
                        .toList();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("no client is trusted here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.toArray(X509Certificate[]::new);
    }
}
