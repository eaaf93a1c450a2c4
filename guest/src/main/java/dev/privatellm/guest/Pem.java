// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Reads certificates and keys from PEM (RFC 7468) and proves that they belong together. */
final class Pem {
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";

    private static final String EC_SIGNATURE = "SHA256withECDSA";

    private Pem() {}

    static List<X509Certificate> certificates(String field, String text) throws InvalidDocument {
        try {
            List<X509Certificate> certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (CertificateException e) {
            // told below
        }
        throw new InvalidDocument(field + " (expected: certificates in PEM)");
    }

    /** @throws InvalidDocument if this is no PKCS#8 key, or not the one that belongs to the public key */
    static PrivateKey privateKey(String field, String text, PublicKey belongsTo) throws InvalidDocument {
        int begin = text.indexOf(KEY_BEGIN);
        int end = text.indexOf(KEY_END);
        if (begin < 0 || end < begin) {
            throw new InvalidDocument(field + " (expected: a PKCS#8 key in PEM)");
        }
        PrivateKey key;
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(text.substring(begin + KEY_BEGIN.length(), end));
            key = KeyFactory.getInstance(belongsTo.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new InvalidDocument(field + " (expected: a PKCS#8 key of the certificate's algorithm)");
        }
        if (!isPair(key, belongsTo)) {
            throw new InvalidDocument(field + " (expected: the key of bundle.serverCertificate)");
        }
        return key;
    }

    /** RSA keys show it by their modulus; of others one signs and the other verifies, which on a cold start takes a hundred times as long. */
    private static boolean isPair(PrivateKey key, PublicKey publicKey) {
        if (key instanceof RSAKey own && publicKey instanceof RSAKey other) {
            return own.getModulus().equals(other.getModulus());
        }
        try {
            byte[] message = publicKey.getEncoded();
            Signature signer = Signature.getInstance(EC_SIGNATURE);
            signer.initSign(key);
            signer.update(message);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(EC_SIGNATURE);
            verifier.initVerify(publicKey);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** @throws InvalidDocument if none of the authorities issued this certificate */
    static void requireIssued(X509Certificate leaf, List<X509Certificate> authorities) throws InvalidDocument {
        for (X509Certificate authority : authorities) {
            try {
                leaf.verify(authority.getPublicKey());
                return;
            } catch (GeneralSecurityException e) {
                // perhaps the next one
            }
        }
        throw new InvalidDocument("bundle.serverCertificate (expected: issued by one of bundle.caCertificates)");
    }
}
