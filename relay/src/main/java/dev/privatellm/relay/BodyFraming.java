// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import java.util.List;

/** How the end of a body is known (RFC 9112 section 6.3). Whatever two readers could read differently is refused, in both directions. */
public sealed interface BodyFraming {
    /** There is no body. */
    record None() implements BodyFraming {}

    /** Exactly so many bytes. */
    record Length(long bytes) implements BodyFraming {
        public Length {
            if (bytes < 0) {
                throw new IllegalArgumentException("length: " + bytes + " (expected: >= 0)");
            }
        }
    }

    /** Chunks, then trailers. */
    record Chunked() implements BodyFraming {}

    /** Until the connection ends; only responses. */
    record UntilClose() implements BodyFraming {}

    /**
     * The framing of a request.
     *
     * @throws MalformedMessage if length and transfer coding are both given, the length is repeated or no number, or the coding is not exactly {@code chunked}
     */
    static BodyFraming ofRequest(RequestHead head) throws MalformedMessage {
        if (head.headers().contains("Transfer-Encoding")) {
            requireChunkedOnly(head.headers(), head.minorVersion());
            return new Chunked();
        }
        long length = contentLength(head.headers());
        return length > 0 ? new Length(length) : new None();
    }

    /**
     * The framing of the response to a request of this method.
     *
     * @throws MalformedMessage as for requests
     */
    static BodyFraming ofResponse(String requestMethod, ResponseHead head) throws MalformedMessage {
        boolean coded = head.headers().contains("Transfer-Encoding");
        if (coded) {
            requireChunkedOnly(head.headers(), head.minorVersion());
        }
        long length = contentLength(head.headers());
        if (isBodiless(requestMethod, head.status())) {
            return new None();
        }
        if (coded) {
            return new Chunked();
        }
        return length < 0 ? new UntilClose() : length == 0 ? new None() : new Length(length);
    }

    /** Whether a response of this status to this method never has a body, whatever its fields say. */
    static boolean isBodiless(String requestMethod, int status) {
        return requestMethod.equals("HEAD") || status < 200 || status == 204 || status == 304;
    }

    /** A fresh reader of one body of this framing. */
    default BodyDecoder decoder() {
        return switch (this) {
            case None _ -> new LengthDecoder(0);
            case Length(long bytes) -> new LengthDecoder(bytes);
            case Chunked _ -> new ChunkedDecoder(HeadLimits.DEFAULT);
            case UntilClose _ -> new UntilCloseDecoder();
        };
    }

    private static void requireChunkedOnly(Headers headers, int minorVersion) throws MalformedMessage {
        if (headers.contains("Content-Length")) {
            throw new MalformedMessage(400, "both Content-Length and Transfer-Encoding");
        }
        if (minorVersion == 0) {
            throw new MalformedMessage(400, "Transfer-Encoding in HTTP/1.0");
        }
        List<String> lines = headers.all("Transfer-Encoding");
        if (lines.size() != 1 || !lines.getFirst().equalsIgnoreCase("chunked")) {
            throw new MalformedMessage(501, "Transfer-Encoding other than chunked");
        }
    }

    /** The declared length, -1 if there is none. */
    private static long contentLength(Headers headers) throws MalformedMessage {
        List<String> lines = headers.all("Content-Length");
        if (lines.isEmpty()) {
            return -1;
        }
        String value = lines.getFirst();
        if (lines.size() > 1
                || value.isEmpty()
                || value.length() > 18
                || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new MalformedMessage(400, "Content-Length repeated or not a number");
        }
        return Long.parseLong(value);
    }
}
