// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * One generation of certificates, without any secret: enough to know what a machine must present and where its bundle lies.
 *
 * @param pin SHA-256 of the server's leaf in lower-case hex
 * @param authority SHA-256 of the authority's certificate
 * @param notAfter when the first of its certificates ends
 * @param secretVersion full name of the bundle's version; empty until the upload is known to have happened
 */
public record Certificates(
        long generation,
        String serverName,
        String pin,
        String authority,
        Instant notAfter,
        Optional<String> secretVersion) {

    Certificates uploaded(String version) {
        return new Certificates(generation, serverName, pin, authority, notAfter, Optional.of(version));
    }
}
