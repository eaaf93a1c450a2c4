// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.Map;

/**
 * A key that encrypts secrets at rest, in a ring of the location {@code global}. Rings and keys can never be removed, nor their names used again.
 *
 * @param ring ring's name
 * @param name key's name in it
 * @param isHsm whether it lives in a hardware module
 * @param labels labels on the key; rings have none
 */
public record CryptoKey(String ring, String name, boolean isHsm, Map<String, String> labels) {

    public CryptoKey {
        labels = Map.copyOf(labels);
    }
}
