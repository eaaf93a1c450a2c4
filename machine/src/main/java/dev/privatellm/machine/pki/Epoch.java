// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that was issued together for one boot or renewal.
 *
 * @param generation counts up by one with every epoch of a resource, from 1
 * @param serverName name in the server's certificate, unique per resource
 * @param authority certificate of the one that issued it, which both sides trust
 * @param alsoTrusted another authority that both sides trust, while one takes the other's place
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
        Optional<X509Certificate> alsoTrusted,
        MachineIdentity server,
        Identity controller,
        Identity gateway,
        Tokens tokens,
        Optional<Tokens> previousTokens) {

    public Epoch {
        if (generation < 1) {
            throw new IllegalArgumentException("generation: %d (expected: >= 1)".formatted(generation));
        }
    }

    /** What a client must find at the machine, besides a chain and a name that hold; empty until the machine's leaf is signed. */
    public Optional<Fingerprint> pin() {
        return server.certificate().map(Fingerprint::of);
    }

    /** Whom both sides trust, the issuer first. */
    public List<X509Certificate> trusted() {
        return alsoTrusted.map(other -> List.of(authority, other)).orElseGet(() -> List.of(authority));
    }

    /** When the first of its certificates ends. */
    public Instant notAfter() {
        return certificates().stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** The leaves that there are, the machine's first. */
    List<X509Certificate> certificates() {
        List<X509Certificate> all = new ArrayList<>();
        server.certificate().ifPresent(all::add);
        all.add(controller.certificate());
        all.add(gateway.certificate());
        return all;
    }

    /** The same with another identity of the machine. */
    Epoch with(MachineIdentity newServer) {
        return new Epoch(
                generation, serverName, authority, alsoTrusted, newServer, controller, gateway, tokens, previousTokens);
    }

    @Override
    public String toString() {
        return "Epoch[%d, %s, pin %s, until %s]"
                .formatted(generation, serverName, pin().map(Fingerprint::hex).orElse("none yet"), notAfter());
    }
}
