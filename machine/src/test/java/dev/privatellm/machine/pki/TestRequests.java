// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.List;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** Certificate requests as a machine makes them, and as none should. */
public final class TestRequests {
    private TestRequests() {}

    /** What a request says; each part may be replaced by what it should not be. */
    public record Asking(
            String nonce, String instanceId, String bootId, PublicKey key, PrivateKey signer, String signature) {
        public static Asking of(String nonce, String instanceId, String bootId, KeyPair pair, KeyAlgorithm algorithm) {
            return new Asking(nonce, instanceId, bootId, pair.getPublic(), pair.getPrivate(), algorithm.signature());
        }

        public Asking withNonce(String other) {
            return new Asking(other, instanceId, bootId, key, signer, signature);
        }

        public Asking withInstanceId(String other) {
            return new Asking(nonce, other, bootId, key, signer, signature);
        }

        public Asking forKey(PublicKey other) {
            return new Asking(nonce, instanceId, bootId, other, signer, signature);
        }

        public Asking signedBy(KeyPair other, String otherSignature) {
            return new Asking(nonce, instanceId, bootId, other.getPublic(), other.getPrivate(), otherSignature);
        }

        /** The request as it lies in the machine's guest attribute. */
        public String pem() {
            var subject = new X500NameBuilder()
                    .addRDN(BCStyle.CN, nonce)
                    .addRDN(BCStyle.SERIALNUMBER, instanceId)
                    .addRDN(BCStyle.OU, bootId)
                    .build();
            try {
                var request = new JcaPKCS10CertificationRequestBuilder(subject, key)
                        .build(new JcaContentSignerBuilder(signature).build(signer));
                return Pem.write(List.of(new PemObject(SigningPolicy.REQUEST, request.getEncoded())));
            } catch (OperatorCreationException | java.io.IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
