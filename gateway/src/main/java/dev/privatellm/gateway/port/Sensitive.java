// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

/**
 * A secret text that does not show itself: {@link #toString()} tells only what it is.
 *
 * @param kind what it is, for people
 * @param value the secret itself; read it only where it is used
 */
public record Sensitive(String kind, String value) {

    public Sensitive {
        if (value.isBlank()) {
            throw new IllegalArgumentException(kind + ": empty (expected: a secret)");
        }
    }

    @Override
    public String toString() {
        return "[" + kind + "]";
    }
}
