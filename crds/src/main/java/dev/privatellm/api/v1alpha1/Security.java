// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/**
 * How both sides prove who they are, and how what the cloud keeps is encrypted.
 *
 * @param serverKey where the private key of the machine's front is born
 * @param hsm whether the secret is encrypted with a key of the user's own in a hardware module, which costs about a dollar a month; else with Google's
 * @param secureBoot whether the machine starts signed software only; an image whose GPU driver is not signed does not come up with it
 */
public record Security(KeyAlgorithm keyAlgorithm, ServerKey serverKey, boolean hsm, boolean secureBoot) {

    /** The algorithm of every key of this resource. */
    public enum KeyAlgorithm implements Worded {
        RSA_4096,
        ECDSA_P256,
        ECDSA_P384;

        @Override
        public String word() {
            return name();
        }
    }

    /** Where the private key of the machine's front is born. */
    public enum ServerKey implements Worded {
        /** On the machine, in memory: it asks for a certificate through a guest attribute, and nothing private ever lies in the cloud. */
        CSR("Csr"),
        /** Here, and uploaded as a secret: for projects that forbid guest attributes. Whoever may read that secret can pass for the machine. */
        UPLOADED("Uploaded");

        private final String word;

        ServerKey(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }
}
