// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The keys that this machine makes for itself: in the memory of this process and nowhere else, so that they end with it. Holds the one in use and the one that
 * is about to follow it. Thread-safe.
 */
final class OwnKeys {
    private static final int KEPT = 2;

    /** The kinds of key that a resource may choose between. */
    enum Algorithm {
        RSA_4096("RSA", "4096", "SHA256withRSA"),
        ECDSA_P256("EC", "secp256r1", "SHA256withECDSA"),
        ECDSA_P384("EC", "secp384r1", "SHA384withECDSA");

        private final String type;
        private final String sizeOrCurve;
        private final String signature;

        Algorithm(String type, String sizeOrCurve, String signature) {
            this.type = type;
            this.sizeOrCurve = sizeOrCurve;
            this.signature = signature;
        }

        private AlgorithmParameterSpec parameters() {
            return this == RSA_4096
                    ? new RSAKeyGenParameterSpec(Integer.parseInt(sizeOrCurve), RSAKeyGenParameterSpec.F4)
                    : new ECGenParameterSpec(sizeOrCurve);
        }

        /** Name of the signature that such a key makes, as the JDK spells it. */
        String signature() {
            return signature;
        }
    }

    private final Deque<KeyPair> pairs = new ArrayDeque<>();

    /** Makes a pair and keeps it. Takes seconds for RSA. */
    KeyPair make(Algorithm algorithm) {
        KeyPair made;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.type);
            generator.initialize(algorithm.parameters());
            made = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make " + algorithm, e);
        }
        synchronized (pairs) {
            pairs.addLast(made);
            if (pairs.size() > KEPT) {
                pairs.removeFirst();
            }
        }
        return made;
    }

    /** The private key that belongs to a public one, if it is ours. */
    Optional<PrivateKey> of(PublicKey key) {
        synchronized (pairs) {
            return pairs.stream()
                    .filter(pair -> pair.getPublic().equals(key))
                    .map(KeyPair::getPrivate)
                    .findFirst();
        }
    }
}
