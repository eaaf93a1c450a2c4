// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/**
 * Everything that was issued together for one boot or renewal.
 *
 * @param generation counts up by one with every epoch of a resource, from 1
 * @param serverName name in the server's certificate, unique per resource
 * @param authority certificate that both sides trust
 * @param server what the machine proves itself with
 * @param controller what the controller proves itself with; never leaves it
 * @param gateway what gateways prove themselves with
 * @param tokens this generation's tokens
 * @param previousTokens tokens that the machine admits as well until all clients have changed over; empty at a boot, where there are none
 */
public record Epoch(
        long generation,
        String serverName,
        X509Certificate authority,
        Identity server,
        Identity controller,
        Identity gateway,
        Tokens tokens,
        Optional<Tokens> previousTokens) {

    public Epoch {
        if (generation < 1) {
            throw new IllegalArgumentException("generation: %d (expected: >= 1)".formatted(generation));
        }
    }

    /** What a client must find at the machine, besides a chain and a name that hold. */
    public Fingerprint pin() {
        return Fingerprint.of(server.certificate());
    }

    /** When the first of its certificates ends. */
    public Instant notAfter() {
        Instant first = server.certificate().getNotAfter().toInstant();
        for (Identity client : new Identity[] {controller, gateway}) {
            Instant end = client.certificate().getNotAfter().toInstant();
            first = end.isBefore(first) ? end : first;
        }
        return first;
    }

    @Override
    public String toString() {
        return "Epoch[%d, %s, pin %s, until %s]".formatted(generation, serverName, pin(), notAfter());
    }
}
