// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
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
        KeyPair pair = keys.take();
        X509Certificate leaf = sign(server(serverName, pair.getPublic()));
        return issue(
                generation,
                serverName,
                new MachineIdentity.Uploaded(new Identity(leaf, pair.getPrivate())),
                overlapping);
    }

    /** The same for a machine that makes its key itself: with a fresh nonce to ask with, and without a certificate of the machine's until {@link #sign}. */
    public Epoch request(long generation, String serverName, Optional<Epoch> overlapping) {
        return issue(
                generation, serverName, new MachineIdentity.Awaited(Nonce.random(generation, random)), overlapping);
    }

    /**
     * The epoch with the machine's leaf, for a key that the machine has asked to have certified. Calling again with the key that was signed already gives the
     * same leaf; with another one, because the machine has started anew, another leaf.
     *
     * @param key judged by {@link SigningPolicy} before
     */
    public Epoch sign(Epoch epoch, PublicKey key) {
        Nonce nonce = epoch.server()
                .nonce()
                .orElseThrow(() -> new IllegalStateException("this machine's key was made here: " + epoch));
        boolean isSigned = epoch.server()
                .certificate()
                .filter(leaf -> leaf.getPublicKey().equals(key))
                .isPresent();
        return isSigned ? epoch : epoch.with(new MachineIdentity.Signed(nonce, sign(server(epoch.serverName(), key))));
    }

    private CertificateForm server(String serverName, PublicKey key) {
        return CertificateForm.server(authority.certificate(), serverName, key, clock.instant());
    }

    private Epoch issue(long generation, String serverName, MachineIdentity server, Optional<Epoch> overlapping) {
        Instant now = clock.instant();
        X509Certificate issuer = authority.certificate();
        KeyPair controller = keys.take();
        KeyPair gateway = keys.take();
        return new Epoch(
                generation,
                serverName,
                issuer,
                server,
                client(issuer, "controller", controller, now),
                client(issuer, "gateway", gateway, now),
                new Tokens(Token.random(random), Token.random(random)),
                overlapping.map(Epoch::tokens));
    }

    private Identity client(X509Certificate issuer, String unit, KeyPair pair, Instant now) {
        return new Identity(sign(CertificateForm.client(issuer, unit, pair.getPublic(), now)), pair.getPrivate());
    }

    private X509Certificate sign(CertificateForm form) {
        byte[] der = form.issue(CertificateForm.serial(random), authority.signature(), authority::sign);
        try {
            X509Certificate certificate = Pem.certificate(der);
            certificate.verify(authority.certificate().getPublicKey());
            return certificate;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the authority's signature does not hold", e);
        }
    }
}
