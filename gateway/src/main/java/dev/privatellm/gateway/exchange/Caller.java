// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

import dev.privatellm.gateway.port.ApiKey;
import dev.privatellm.gateway.port.ApiKey.Scope;
import java.util.Set;

/**
 * Who asks, as far as it was proved.
 *
 * @param keyId name of the key, or {@code anonymous}
 * @param namespaces whose routes may be used; empty: all
 * @param models names that may be asked for; empty: all
 */
public record Caller(String keyId, Set<Scope> scopes, Set<String> namespaces, Set<String> models) {
    /** Somebody on this machine, where that is allowed. */
    public static final Caller ANONYMOUS =
            new Caller("anonymous", Set.of(Scope.INFER, Scope.MANAGE), Set.of(), Set.of());

    /** Nobody yet. */
    public static final Caller NOBODY = new Caller("nobody", Set.of(), Set.of(), Set.of());

    public Caller {
        scopes = Set.copyOf(scopes);
        namespaces = Set.copyOf(namespaces);
        models = Set.copyOf(models);
    }

    /** The holder of a key. */
    public static Caller of(ApiKey key) {
        return new Caller(key.id(), key.scopes(), key.namespaces(), key.models());
    }

    /** Whether it may do this. */
    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }

    /** Whether it may use routes of this namespace. */
    public boolean mayUse(String namespace) {
        return namespaces.isEmpty() || namespaces.contains(namespace);
    }
}
