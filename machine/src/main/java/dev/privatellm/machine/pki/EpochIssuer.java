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

/** Issues epochs in the name of a resource's authority. With spare keys ready an epoch costs three signatures, about 20 ms with RSA-4096. */
public final class EpochIssuer {
    private final Authorities authorities;
    private final Succession succession;
    private final KeyPairs keys;
    private final Clock clock;
    private final SecureRandom random;

    /** Issues in the name of the authority in charge, as long as nothing else is said. */
    public EpochIssuer(Authorities authorities, KeyPairs keys, Clock clock, SecureRandom random) {
        this(authorities, Succession.NONE, keys, clock, random);
    }

    private EpochIssuer(
            Authorities authorities, Succession succession, KeyPairs keys, Clock clock, SecureRandom random) {
        this.authorities = authorities;
        this.succession = succession;
        this.keys = keys;
        this.clock = clock;
        this.random = random;
    }

    /** The same for epochs that take part in a change of the authority; there has to be a successor. */
    public EpochIssuer during(Succession change) {
        return new EpochIssuer(authorities, change, keys, clock, random);
    }

    /** The authorities in whose name it issues. */
    public Authorities authorities() {
        return authorities;
    }

    /**
     * Makes the epoch of a generation; calling again makes another one with other keys, so store the first before anybody sees it.
     *
     * @param overlapping the epoch that is in use on a running machine and is to go on working until its clients have changed over; empty at a boot
     */
    public Epoch issue(long generation, String serverName, Optional<Epoch> overlapping) {
        KeyPair pair = keys.take();
        CaSigner authority = issuing();
        X509Certificate leaf = sign(server(authority, serverName, pair.getPublic()), authority);
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
        if (isSigned) {
            return epoch;
        }
        CaSigner authority = authorities
                .find(epoch.authority())
                .orElseThrow(() -> new IllegalStateException("the authority of these is gone: " + epoch));
        return epoch.with(
                new MachineIdentity.Signed(nonce, sign(server(authority, epoch.serverName(), key), authority)));
    }

    private CaSigner issuing() {
        return switch (succession) {
            case NONE, TRUST_BOTH -> authorities.current();
            case REISSUE, DROP_OLD -> next();
        };
    }

    private Optional<X509Certificate> alsoTrusted() {
        return switch (succession) {
            case NONE, DROP_OLD -> Optional.empty();
            case TRUST_BOTH -> Optional.of(next().certificate());
            case REISSUE -> Optional.of(authorities.current().certificate());
        };
    }

    private CaSigner next() {
        return authorities
                .successor()
                .orElseThrow(() -> new IllegalStateException("no authority is to take the other's place"));
    }

    private CertificateForm server(CaSigner authority, String serverName, PublicKey key) {
        return CertificateForm.server(authority.certificate(), serverName, key, clock.instant());
    }

    private Epoch issue(long generation, String serverName, MachineIdentity server, Optional<Epoch> overlapping) {
        Instant now = clock.instant();
        CaSigner authority = issuing();
        KeyPair controller = keys.take();
        KeyPair gateway = keys.take();
        return new Epoch(
                generation,
                serverName,
                authority.certificate(),
                alsoTrusted(),
                server,
                client(authority, "controller", controller, now),
                client(authority, "gateway", gateway, now),
                new Tokens(Token.random(random), Token.random(random)),
                overlapping.map(Epoch::tokens));
    }

    private Identity client(CaSigner authority, String unit, KeyPair pair, Instant now) {
        CertificateForm form = CertificateForm.client(authority.certificate(), unit, pair.getPublic(), now);
        return new Identity(sign(form, authority), pair.getPrivate());
    }

    private X509Certificate sign(CertificateForm form, CaSigner authority) {
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
