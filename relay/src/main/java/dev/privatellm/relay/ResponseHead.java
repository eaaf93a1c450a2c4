// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

/**
 * Status line and fields of a response.
 *
 * @param status 100 to 999
 * @param reason may be empty
 * @param minorVersion the {@code x} of HTTP/1.x, 0 or 1
 */
public record ResponseHead(int status, String reason, int minorVersion, Headers headers) {
    /** @throws IllegalArgumentException if the status line could not be sent as it is */
    public ResponseHead {
        if (status < 100 || status > 999) {
            throw new IllegalArgumentException("status: " + status + " (expected: 100 to 999)");
        }
        if (!Grammar.isFieldValue(reason)) {
            throw new IllegalArgumentException("reason holds a control character");
        }
        if (minorVersion != 0 && minorVersion != 1) {
            throw new IllegalArgumentException("minorVersion: " + minorVersion + " (expected: 0 or 1)");
        }
    }

    /** An HTTP/1.1 response without a reason phrase, which nobody reads. */
    public static ResponseHead of(int status, Headers headers) {
        return new ResponseHead(status, "", 1, headers);
    }

    /** Whether this head only announces another one (RFC 9110 section 15.2). */
    public boolean isInformational() {
        return status < 200;
    }

    public ResponseHead withHeaders(Headers replacement) {
        return new ResponseHead(status, reason, minorVersion, replacement);
    }
}
