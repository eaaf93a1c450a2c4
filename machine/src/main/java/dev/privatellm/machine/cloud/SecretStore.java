// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.List;
import java.util.Map;

/**
 * Secrets of the user's project. Unlike the other ports it has no request ids: the generation inside a payload tells whether a lost
 * {@link #addVersion} had its effect. Every method may throw any {@link CloudFailure}.
 */
public interface SecretStore {

    /**
     * Makes the container if it is not there. One that exists with another {@code pllm-owner} label is {@link CloudFailure.Conflict}.
     *
     * @param name short name, {@code pllm-<id>-bundle}
     */
    void ensure(String name, Map<String, String> labels);

    /** Adds a version and returns it; readable by number at once. A missing container is {@link CloudFailure.NotFound}. */
    SecretVersion addVersion(String secret, byte[] payload);

    /** All versions, newest first, destroyed ones included; empty if there is no such secret. */
    List<SecretVersion> versions(String secret);

    /** The content of one version. A destroyed one is {@link CloudFailure.NotFound}. */
    byte[] access(SecretVersion version);

    /** Destroys the content of one version for ever. One that is destroyed already is a success. */
    void destroy(SecretVersion version);
}
