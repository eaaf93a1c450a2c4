// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Issues epochs in the name of one authority. With spare keys ready an epoch costs three signatures, about 20 ms with RSA-4096. */
public final class EpochIssuer {
    private final CaSigner authority;
    private final KeyPairs keys;
    private final Clock clock;
    private final SecureRandom random;

    public EpochIssuer(CaSigner authority, KeyPairs keys, Clock clock, SecureRandom random) {
        this.authority = authority;
        this.keys = keys;
        this.clock = clock;
        this.random = random;
    }

    /** The authority in whose name it issues. */
    public X509Certificate authority() {
        return authority.certificate();
    }

    /**
     * Makes the epoch of a generation; calling again makes another one with other keys, so store the first before anybody sees it.
     *
     * @param overlapping the epoch that is in use on a running machine and is to go on working until its clients have changed over; empty at a boot
     */
    public Epoch issue(long generation, String serverName, Optional<Epoch> overlapping) {
        Instant now = clock.instant();
        X509Certificate issuer = authority.certificate();
        KeyPair server = keys.take();
        KeyPair controller = keys.take();
        KeyPair gateway = keys.take();
        return new Epoch(
                generation,
                serverName,
                issuer,
                sign(CertificateForm.server(issuer, serverName, server.getPublic(), now), server),
                sign(CertificateForm.client(issuer, "controller", controller.getPublic(), now), controller),
                sign(CertificateForm.client(issuer, "gateway", gateway.getPublic(), now), gateway),
                new Tokens(Token.random(random), Token.random(random)),
                overlapping.map(Epoch::tokens));
    }

    private Identity sign(CertificateForm form, KeyPair pair) {
        byte[] der = form.issue(CertificateForm.serial(random), authority.signature(), authority::sign);
        try {
            X509Certificate certificate = Pem.certificate(der);
            certificate.verify(authority.certificate().getPublicKey());
            return new Identity(certificate, pair.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the authority's signature does not hold", e);
        }
    }
}
