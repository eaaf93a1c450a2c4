// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Separates what belongs to one connection from what belongs to the message (RFC 9110 section 7.6.1). */
public final class HeaderHygiene {
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    /** What decides about framing, routing, trust or meaning of a message before its body is read (RFC 9110 section 6.5.1). */
    private static final Set<String> NEVER_AFTER_A_BODY = Set.of(
            "content-length",
            "content-encoding",
            "content-type",
            "content-range",
            "host",
            "authorization",
            "cookie",
            "set-cookie",
            "www-authenticate",
            "expect",
            "range",
            "age",
            "cache-control",
            "location",
            "retry-after");

    private HeaderHygiene() {}

    /** Without the fields that concern one connection only: the known ones, every {@code Proxy-…}, and those that {@code Connection} names. {@code Content-Length} stays. */
    public static Headers endToEnd(Headers headers) {
        Set<String> named = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        named.addAll(headers.tokens("Connection"));
        return headers.keeping(name -> !isHopByHop(name) && !named.contains(name));
    }

    /** Whether a field of this name may follow a body. One that may not is dropped where it was read: whoever merged it with the head would be told something else than we were. */
    static boolean mayFollowBody(String name) {
        return !isHopByHop(name) && !NEVER_AFTER_A_BODY.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Whether a field of this name concerns one connection only, whatever {@code Connection} says. */
    public static boolean isHopByHop(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return HOP_BY_HOP.contains(lower) || lower.startsWith("proxy-");
    }
}
