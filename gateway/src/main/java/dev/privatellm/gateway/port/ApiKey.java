// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A client's key, without the key itself.
 *
 * @param id name of the key in logs, metrics and the ledger
 * @param sha256 hash of the key in lower-case hex
 * @param scopes what it may do
 * @param namespaces whose routes it may use
 * @param models names it may ask for; empty: every name
 * @param expiry when it ends; empty: never
 */
public record ApiKey(
        String id,
        String sha256,
        Set<Scope> scopes,
        Set<String> namespaces,
        Set<String> models,
        Optional<Instant> expiry) {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** What a key may do. */
    public enum Scope {
        /** Generate and embed. */
        INFER,
        /** Pull, copy and delete models on the machine. */
        MANAGE,
        /** Read the gateway's own state. */
        ADMIN
    }

    public ApiKey {
        scopes = Set.copyOf(scopes);
        namespaces = Set.copyOf(namespaces);
        models = Set.copyOf(models);
        if (!HASH.matcher(sha256).matches()) {
            throw new IllegalArgumentException("key " + id + ": sha256 (expected: 64 lower-case hex digits)");
        }
    }
}
