// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * The authority of one resource with its key in memory. Made once in the life of a resource; afterwards read back from where its owner keeps it: a file of
 * mode 0600, or a Secret that only the operator may read.
 */
public final class CertificateAuthority implements CaSigner {
    private final Identity identity;
    private final KeyAlgorithm algorithm;

    private CertificateAuthority(Identity identity) throws GeneralSecurityException {
        this.identity = identity;
        this.algorithm = KeyAlgorithm.of(identity.certificate().getPublicKey());
    }

    /**
     * Makes a new authority.
     *
     * @param resource id of the resource that it serves, its subject's organisation
     * @param keys where its key comes from; the kind of the key is the kind of everything that it signs
     */
    public static CertificateAuthority create(String resource, KeyPairs keys, Clock clock, SecureRandom random) {
        KeyPair pair = keys.take();
        try {
            byte[] der = CertificateForm.authority(resource, pair.getPublic(), clock.instant())
                    .issue(
                            CertificateForm.serial(random),
                            keys.algorithm().signature(),
                            bytes -> sign(pair, keys.algorithm(), bytes));
            return new CertificateAuthority(new Identity(Pem.certificate(der), pair.getPrivate()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the new authority's own certificate cannot be read", e);
        }
    }

    /**
     * Reads authorities back, in their order.
     *
     * @param pem what {@link #toPem} gave, of one after another
     * @throws GeneralSecurityException if it is not that, or if a key and its certificate do not belong together; the message shows neither
     */
    public static List<CertificateAuthority> parse(String pem) throws GeneralSecurityException {
        List<CertificateAuthority> found = new ArrayList<>();
        for (Identity identity : Pem.identities(pem)) {
            if (!identity.isPaired()) {
                throw new GeneralSecurityException("an authority's key and certificate do not belong together");
            }
            found.add(new CertificateAuthority(identity));
        }
        return List.copyOf(found);
    }

    @Override
    public X509Certificate certificate() {
        return identity.certificate();
    }

    @Override
    public String signature() {
        return algorithm.signature();
    }

    @Override
    public byte[] sign(byte[] toBeSigned) {
        return sign(new KeyPair(identity.certificate().getPublicKey(), identity.key()), algorithm, toBeSigned);
    }

    /** Certificate and private key as text, for the one place that keeps them; never for a log, an upload or a message. */
    public String toPem() {
        return Pem.text(List.of(identity.certificate())) + Pem.text(identity.key());
    }

    @Override
    public String toString() {
        return "CertificateAuthority[%s]".formatted(Fingerprint.of(identity.certificate()));
    }

    private static byte[] sign(KeyPair pair, KeyAlgorithm algorithm, byte[] toBeSigned) {
        try {
            Signature signature = Signature.getInstance(algorithm.signature());
            signature.initSign(pair.getPrivate());
            signature.update(toBeSigned);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("signing with the authority's key failed", e);
        }
    }
}
