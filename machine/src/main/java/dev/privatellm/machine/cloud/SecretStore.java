// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Secrets of the user's project. Unlike the other ports it has no request ids: the generation inside a payload tells whether a lost
 * {@link #addVersion} had its effect. Every method may throw any {@link CloudFailure}.
 */
public interface SecretStore {

    /**
     * Makes the container if it is not there. One that exists with another {@code pllm-owner} label is {@link CloudFailure.Conflict}.
     *
     * @param name short name, {@code pllm-<id>-bundle}
     * @param key encrypts its versions; empty for a key of the cloud's own
     */
    void ensure(String name, Map<String, String> labels, Optional<CryptoKey> key);

    /** The versions of a key, by full name, without which some secret of the project, whoever has it, could not be read. */
    Set<String> keyVersions(CryptoKey key);

    /** Whose a secret is, as its {@code pllm-owner} label says: empty text without one; empty if there is no such secret. */
    Optional<String> owner(String name);

    /** Whether an account may read the secret's versions. A secret or an account that does not exist admits nobody. */
    boolean admits(String name, String serviceAccountEmail);

    /** Lets an account read the secret's versions, and change nothing. Repeating it changes nothing. It may take minutes until the cloud heeds it. */
    void admit(String name, String serviceAccountEmail);

    /** Removes the container and every version for ever. One that does not exist is {@link CloudFailure.NotFound}. */
    void delete(String name);

    /** Adds a version and returns it; readable by number at once. A missing container is {@link CloudFailure.NotFound}. */
    SecretVersion addVersion(String secret, byte[] payload);

    /** All versions, newest first, destroyed ones included; empty if there is no such secret. */
    List<SecretVersion> versions(String secret);

    /** The content of one version. A destroyed one is {@link CloudFailure.NotFound}. */
    byte[] access(SecretVersion version);

    /** Destroys the content of one version for ever. One that is destroyed already is a success. */
    void destroy(SecretVersion version);
}
