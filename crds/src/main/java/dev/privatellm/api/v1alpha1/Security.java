// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/** How both sides prove who they are. */
public record Security(KeyAlgorithm keyAlgorithm) {

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
