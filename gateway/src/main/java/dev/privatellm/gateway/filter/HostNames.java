// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The names under which this gateway may be addressed. A page in a browser can be made to call any address by a name of its own (DNS rebinding), also one on
 * loopback; it cannot choose the {@code Host} and {@code Origin} that the browser then sends.
 */
public final class HostNames {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

    private final Set<String> allowed;

    /** Allows the loopback names, the address listened on, and further names. */
    public HostNames(String bound, Set<String> further) {
        Set<String> names = new HashSet<>(LOOPBACK);
        names.add(bound.toLowerCase(Locale.ROOT));
        further.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        allowed = Set.copyOf(names);
    }

    /** Whether a {@code Host} header names this gateway; the port does not matter. */
    public boolean allowHost(String host) {
        return allowed.contains(withoutPort(host).toLowerCase(Locale.ROOT));
    }

    /** Whether a page of this {@code Origin} may call. Programs that are no web pages send schemes of their own. */
    public boolean allowOrigin(String origin) {
        if (!origin.startsWith("http://") && !origin.startsWith("https://")) {
            return !origin.equals("null") && origin.contains("://");
        }
        try {
            return Optional.ofNullable(URI.create(origin).getAuthority())
                    .filter(this::allowHost)
                    .isPresent();
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static String withoutPort(String host) {
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? host : host.substring(1, end);
        }
        int colon = host.lastIndexOf(':');
        return colon < 0 || host.indexOf(':') != colon ? host : host.substring(0, colon);
    }
}
