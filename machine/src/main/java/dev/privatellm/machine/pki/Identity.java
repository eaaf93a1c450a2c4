// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/** A certificate with the private key that it was issued for. Shown without the key. */
public record Identity(X509Certificate certificate, PrivateKey key) {

    /** The certificate as PEM text. */
    public String certificatePem() {
        return Pem.text(List.of(certificate));
    }

    /** The private key as PEM text, PKCS#8, not encrypted: for the one who is meant to have it. */
    public String keyPem() {
        return Pem.text(key);
    }

    /** Whether certificate and key belong together, tried by a signature. */
    public boolean isPaired() {
        try {
            String algorithm = KeyAlgorithm.of(certificate.getPublicKey()).signature();
            byte[] probe = certificate.getTBSCertificate();
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            byte[] signature = signer.sign();
            signer.initVerify(certificate.getPublicKey());
            signer.update(probe);
            return signer.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "Identity[%s, %s]".formatted(certificate.getSubjectX500Principal(), Fingerprint.of(certificate));
    }
}
