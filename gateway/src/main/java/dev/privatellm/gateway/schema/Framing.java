// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.Locale;

/** How a body is cut into frames. */
enum Framing {
    /** {@code text/event-stream} (WHATWG HTML §9.2). */
    EVENTS,
    /** {@code application/x-ndjson}: one object per line. */
    LINES,
    /** One JSON text. */
    JSON,
    /** Not read: an error status, an encoding that we cannot unpack. Only the connection tells whether it is complete. */
    OPAQUE;

    /** The framing that the head says, or {@code expected} if its type says nothing. */
    static Framing of(ResponseHead head, Framing expected) {
        if (head.status() != 200 || !(isPlain(head) || isGzip(head))) {
            return OPAQUE;
        }
        String type = head.contentType().trim().toLowerCase(Locale.ROOT);
        if (type.startsWith("text/event-stream")) {
            return EVENTS;
        }
        if (type.startsWith("application/x-ndjson")) {
            return LINES;
        }
        return type.startsWith("application/json") ? JSON : expected;
    }

    /** Whether the body is not compressed. */
    static boolean isPlain(ResponseHead head) {
        return head.contentEncoding().isBlank() || isEncoding(head, "identity");
    }

    /** Whether the body is gzipped; {@code x-gzip} is its old name (RFC 9110 §8.4.1.3). */
    static boolean isGzip(ResponseHead head) {
        return isEncoding(head, "gzip") || isEncoding(head, "x-gzip");
    }

    private static boolean isEncoding(ResponseHead head, String encoding) {
        return head.contentEncoding().trim().equalsIgnoreCase(encoding);
    }
}
