// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.pki.Fingerprint;
import dev.privatellm.machine.pki.Nonce;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * One generation of certificates, without any secret: enough to know what a machine must present and where its bundle lies.
 *
 * @param pin SHA-256 of the server's leaf in lower-case hex; empty until the machine has asked for it
 * @param authority SHA-256 of the certificate of the authority that issued them
 * @param notAfter when the first of its certificates ends
 * @param secretVersion full name of the bundle's version; empty until the upload is known to have happened
 * @param request what a machine that makes its own key is to ask with; empty if its key was made here
 * @param alsoTrusted SHA-256 of another authority that both sides trust, while one takes the other's place
 * @param authorityEnd when the authority that issued them ends; empty in a record that was written before this was kept
 * @param uploadedAt when the upload was known to have happened; empty before, and in a record that was written before this was kept
 */
public record Certificates(
        long generation,
        String serverName,
        Optional<String> pin,
        String authority,
        Instant notAfter,
        Optional<String> secretVersion,
        Optional<Request> request,
        Optional<String> alsoTrusted,
        Optional<Instant> authorityEnd,
        Optional<Instant> uploadedAt) {

    public Certificates {
        // A record that was written before there were these has none.
        request = request == null ? Optional.empty() : request;
        alsoTrusted = alsoTrusted == null ? Optional.empty() : alsoTrusted;
        authorityEnd = authorityEnd == null ? Optional.empty() : authorityEnd;
        uploadedAt = uploadedAt == null ? Optional.empty() : uploadedAt;
    }

    /**
     * A machine's request.
     *
     * @param nonce that the machine is told
     * @param key hash of the public key that was signed; empty before
     */
    public record Request(String nonce, Optional<String> key) {}

    /** What may be known of an epoch; its bundle is not uploaded. */
    public static Certificates of(Epoch epoch) {
        Optional<String> key = epoch.server().certificate().map(leaf -> hash(leaf.getPublicKey()));
        return new Certificates(
                epoch.generation(),
                epoch.serverName(),
                epoch.pin().map(Fingerprint::hex),
                Fingerprint.of(epoch.authority()).hex(),
                epoch.notAfter(),
                Optional.empty(),
                epoch.server().nonce().map(Nonce::toString).map(nonce -> new Request(nonce, key)),
                epoch.alsoTrusted().map(Fingerprint::of).map(Fingerprint::hex),
                Optional.of(epoch.authority().getNotAfter().toInstant()),
                Optional.empty());
    }

    /** Whether the machine has yet to ask for its certificate. */
    boolean isAwaited() {
        return pin.isEmpty();
    }

    /** Whether the machine's key was born on it, and has been certified. The key dies with the power. */
    boolean isBoundToABoot() {
        return request.isPresent() && !isAwaited();
    }

    /** Whether this is the key that was certified. */
    boolean isOf(PublicKey key) {
        return request.flatMap(Request::key).equals(Optional.of(hash(key)));
    }

    Certificates uploaded(String version, Instant now) {
        return new Certificates(
                generation,
                serverName,
                pin,
                authority,
                notAfter,
                Optional.of(version),
                request,
                alsoTrusted,
                authorityEnd,
                Optional.of(now));
    }

    /** The same, of an authority that is no longer in charge. */
    Certificates ofFormerAuthority() {
        return new Certificates(
                generation,
                serverName,
                pin,
                authority,
                notAfter,
                secretVersion,
                request,
                alsoTrusted,
                Optional.empty(),
                uploadedAt);
    }

    private static String hash(PublicKey key) {
        return Names.sha256(Base64.getEncoder().encodeToString(key.getEncoded()));
    }
}
