// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/**
 * How both sides prove who they are, and how what the cloud keeps is encrypted.
 *
 * @param hsm whether the secret is encrypted with a key of the user's own in a hardware module, which costs about a dollar a month; else with Google's
 */
public record Security(KeyAlgorithm keyAlgorithm, boolean hsm) {

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
}
