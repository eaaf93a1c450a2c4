// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

/**
 * One version of a key that is kept, and therefore paid for: neither destroyed nor on its way to be.
 *
 * @param name full name, {@code projects/p/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/7}
 * @param isPrimary whether new secrets are encrypted with it
 */
public record KeyVersion(String name, boolean isPrimary) {}
