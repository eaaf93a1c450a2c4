// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.schema.InvalidRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** Decompresses request bodies (RFC 9110 section 8.4.1). */
final class BodyEncoding {
    private BodyEncoding() {}

    /** More bytes came out than may. */
    static final class TooLarge extends Exception {
        private static final long serialVersionUID = 1L;
    }

    static boolean isKnown(String word) {
        return switch (word) {
            case "gzip", "x-gzip", "deflate" -> true;
            default -> false;
        };
    }

    /**
     * @param maxBytes of the result: a small body may become a very large one
     */
    static byte[] decode(String word, byte[] encoded, int maxBytes) throws InvalidRequest, TooLarge {
        ByteArrayInputStream source = new ByteArrayInputStream(encoded);
        try (InputStream decoding =
                word.equals("deflate") ? new InflaterInputStream(source) : new GZIPInputStream(source)) {
            byte[] decoded = decoding.readNBytes(maxBytes + 1);
            if (decoded.length > maxBytes) {
                throw new TooLarge();
            }
            return decoded;
        } catch (IOException malformed) {
            throw new InvalidRequest("body is no " + word);
        }
    }
}
