// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Instant;

/**
 * One version of a secret, without its content.
 *
 * @param name full name, {@code projects/p/secrets/s/versions/7}: reading by number is consistent at once, reading {@code latest} is not
 * @param number counts up from 1
 * @param state destroyed versions stay listed, cost nothing and have no content
 * @param createdAt when it was added
 */
public record SecretVersion(String name, long number, State state, Instant createdAt) {

    public enum State {
        ENABLED,
        /** Costs as much as an enabled one. */
        DISABLED,
        DESTROYED
    }
}
