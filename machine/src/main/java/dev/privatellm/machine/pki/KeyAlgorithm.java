// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** The kinds of key that a resource may choose between, each with the signature its authority makes. */
public enum KeyAlgorithm {
    /** The default, as users were promised. Making one takes 0.5 to 4 s (measured), which is why they are made ahead. */
    RSA_4096("RSA", "4096", "SHA256withRSA"),
    ECDSA_P256("EC", "secp256r1", "SHA256withECDSA"),
    ECDSA_P384("EC", "secp384r1", "SHA384withECDSA");

    private final String keyType;
    private final String sizeOrCurve;
    private final String signature;

    KeyAlgorithm(String keyType, String sizeOrCurve, String signature) {
        this.keyType = keyType;
        this.sizeOrCurve = sizeOrCurve;
        this.signature = signature;
    }

    /** Makes a pair. Slow for RSA: not for a thread that somebody waits for. */
    public KeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(keyType);
            generator.initialize(parameters(), random);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
            throw new IllegalStateException("this Java runtime cannot make %s keys".formatted(this), e);
        }
    }

    private AlgorithmParameterSpec parameters() {
        return this == RSA_4096
                ? new RSAKeyGenParameterSpec(Integer.parseInt(sizeOrCurve), RSAKeyGenParameterSpec.F4)
                : new ECGenParameterSpec(sizeOrCurve);
    }

    /** Name of the signature that a key of this kind makes, as the JDK spells it. */
    public String signature() {
        return signature;
    }

    /** The JDK's name of the key's type, {@code RSA} or {@code EC}. */
    public String keyType() {
        return keyType;
    }

    /**
     * The kind of a public key.
     *
     * @throws GeneralSecurityException if it is none that we issue
     */
    public static KeyAlgorithm of(PublicKey key) throws GeneralSecurityException {
        return switch (key) {
            case RSAPublicKey rsa when rsa.getModulus().bitLength() == 4096 -> RSA_4096;
            case ECPublicKey ec when ec.getParams().getOrder().bitLength() == 256 -> ECDSA_P256;
            case ECPublicKey ec when ec.getParams().getOrder().bitLength() == 384 -> ECDSA_P384;
            default ->
                throw new GeneralSecurityException(
                        "key of type %s (expected: RSA 4096, P-256 or P-384)".formatted(key.getAlgorithm()));
        };
    }
}
