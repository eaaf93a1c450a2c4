// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

/**
 * Start line and fields of a request.
 *
 * @param method as sent; methods are case-sensitive
 * @param target as sent, never decoded or normalised
 * @param minorVersion the {@code x} of HTTP/1.x, 0 or 1
 */
public record RequestHead(String method, String target, int minorVersion, Headers headers) {
    /** @throws IllegalArgumentException if the start line could not be sent as it is */
    public RequestHead {
        if (!Grammar.isToken(method)) {
            throw new IllegalArgumentException("method is no token");
        }
        if (!Grammar.isTarget(target)) {
            throw new IllegalArgumentException("target is empty or holds a character that is not visible ASCII");
        }
        if (minorVersion != 0 && minorVersion != 1) {
            throw new IllegalArgumentException("minorVersion: " + minorVersion + " (expected: 0 or 1)");
        }
    }

    /** An HTTP/1.1 request. */
    public static RequestHead of(String method, String target, Headers headers) {
        return new RequestHead(method, target, 1, headers);
    }

    /** The target up to the first question mark. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    public RequestHead withHeaders(Headers replacement) {
        return new RequestHead(method, target, minorVersion, replacement);
    }

    public RequestHead withTarget(String replacement) {
        return new RequestHead(method, replacement, minorVersion, headers);
    }
}
