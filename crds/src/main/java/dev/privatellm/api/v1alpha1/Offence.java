// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/**
 * One thing in a document that cannot stay as it is.
 *
 * @param path where, {@code spec.power.idleTimeoutSeconds}
 * @param value what stands there, shortened; {@code absent} if nothing does
 * @param expectation what may stand there
 */
public record Offence(String path, String value, String expectation) {

    @Override
    public String toString() {
        return "%s: %s (expected: %s)".formatted(path, value, expectation);
    }
}
