// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * Judges what a machine asks to have certified (PKCS#10, RFC 2986). The request says by whom and when it was made in its subject, which its signature covers:
 * the nonce as common name, the cloud's number of the machine as serial number, the boot as organisational unit. What the certificate will say is decided
 * here and not by the request, of which only the key is taken.
 */
public final class SigningPolicy {
    static final String REQUEST = "CERTIFICATE REQUEST";

    /** An RSA-4096 request has 1.7 kB; anything much longer is not worth reading. */
    private static final int MAX_LENGTH = 16 * 1024;

    /**
     * What a request ought to be.
     *
     * @param nonce that the machine was told
     * @param instanceId the cloud's number of the machine whose attribute it was found in
     * @param algorithm kind of key that the resource asks for
     */
    public record Wanted(Nonce nonce, String instanceId, KeyAlgorithm algorithm) {}

    /** What is to be done about a request. */
    public sealed interface Judgement {}

    /** There is none yet, or one that answers an earlier question of ours. */
    public record Missing() implements Judgement {}

    /**
     * To be signed.
     *
     * @param bootId the boot that the key belongs to
     */
    public record Granted(PublicKey key, String bootId) implements Judgement {}

    /** Never to be signed: a reason in one CamelCase word, and a message for people. */
    public record Refused(String reason, String message) implements Judgement {}

    /**
     * Judges a request.
     *
     * @param pem as it was found; empty if nothing was
     */
    public Judgement judge(Optional<String> pem, Wanted wanted) {
        if (pem.isEmpty()) {
            return new Missing();
        }
        try {
            return judge(read(pem.get()), wanted);
        } catch (GeneralSecurityException e) {
            return new Refused(
                    "MalformedRequest", "the machine's request is no certificate request: " + e.getMessage());
        }
    }

    private static Judgement judge(JcaPKCS10CertificationRequest request, Wanted wanted)
            throws GeneralSecurityException {
        String asked = subject(request, BCStyle.CN);
        if (!asked.equals(wanted.nonce().toString())) {
            boolean isEarlier = Nonce.parse(asked)
                    .filter(nonce -> nonce.generation() < wanted.nonce().generation())
                    .isPresent();
            return isEarlier
                    ? new Missing()
                    : new Refused("ForeignNonce", "the machine's request has a nonce that we never gave it");
        }
        String instance = subject(request, BCStyle.SERIALNUMBER);
        if (!instance.equals(wanted.instanceId())) {
            return new Refused(
                    "WrongInstance",
                    "the request is by machine %s (expected: %s)".formatted(instance, wanted.instanceId()));
        }
        PublicKey key = request.getPublicKey();
        Optional<String> weakness = weakness(key, wanted.algorithm());
        if (weakness.isPresent()) {
            return new Refused("WeakKey", weakness.get());
        }
        return isSignedBy(key, request, wanted.algorithm())
                ? new Granted(key, subject(request, BCStyle.OU))
                : new Refused("KeyNotProven", "the request is not signed by the key that it asks a certificate for");
    }

    private static Optional<String> weakness(PublicKey key, KeyAlgorithm wanted) {
        try {
            KeyAlgorithm found = KeyAlgorithm.of(key);
            return found == wanted
                    ? Optional.empty()
                    : Optional.of("the machine's key is %s (expected: %s)".formatted(found, wanted));
        } catch (GeneralSecurityException e) {
            return Optional.of("the machine's " + e.getMessage());
        }
    }

    private static boolean isSignedBy(PublicKey key, JcaPKCS10CertificationRequest request, KeyAlgorithm algorithm) {
        ASN1ObjectIdentifier expected = new DefaultSignatureAlgorithmIdentifierFinder()
                .find(algorithm.signature())
                .getAlgorithm();
        try {
            return request.getSignatureAlgorithm().getAlgorithm().equals(expected)
                    && request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key));
        } catch (OperatorCreationException | PKCSException e) {
            return false;
        }
    }

    private static String subject(JcaPKCS10CertificationRequest request, ASN1ObjectIdentifier kind) {
        RDN[] found = request.getSubject().getRDNs(kind);
        return found.length == 1 ? IETFUtils.valueToString(found[0].getFirst().getValue()) : "";
    }

    private static JcaPKCS10CertificationRequest read(String pem) throws GeneralSecurityException {
        if (pem.length() > MAX_LENGTH) {
            throw new GeneralSecurityException("%d characters (expected: <= %d)".formatted(pem.length(), MAX_LENGTH));
        }
        List<PemObject> blocks = Pem.read(pem);
        if (blocks.size() != 1) {
            throw new GeneralSecurityException("%d blocks (expected: 1)".formatted(blocks.size()));
        }
        try {
            return new JcaPKCS10CertificationRequest(Pem.content(blocks.getFirst(), REQUEST));
        } catch (IOException | RuntimeException e) {
            throw new GeneralSecurityException("the block cannot be read", e);
        }
    }
}
