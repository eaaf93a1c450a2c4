// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.List;
import java.util.Optional;

/** Keys of the user's project that encrypt what we keep there. Every method may throw any {@link CloudFailure}. */
public interface KeyProvider {

    /** The key as it stands, or empty if and only if the cloud answered that there is none. */
    Optional<CryptoKey> find(String ring, String name);

    /** Makes ring and key if they are not there, and a version that encrypts if the key keeps none; it has a new one every 90 days. One with another {@code pllm-cluster} label
     * is {@link CloudFailure.Conflict}. */
    void ensure(CryptoKey key);

    /**
     * Whether the key has a version that encrypts. One whose versions were destroyed has none, nor has one that is not there.
     *
     * @throws CloudFailure.KeyDisabled if somebody has disabled it
     */
    boolean encrypts(CryptoKey key);

    /** The versions that are kept, oldest first; empty if there is no such key. */
    List<KeyVersion> versions(CryptoKey key);

    /** Destroys a version for ever, though the cloud takes its time and may be told otherwise until then. One that is not kept any more is a success. */
    void destroy(KeyVersion version);

    /** Whether the project's secrets may be encrypted with it. */
    boolean admitsSecrets(CryptoKey key);

    /** Lets the project's secrets be encrypted with it: the secret service's own identity may use it, and nobody else. Repeating it changes nothing. */
    void admitSecrets(CryptoKey key);
}
