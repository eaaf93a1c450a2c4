// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.InvalidRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** Decompresses request bodies (RFC 9110 section 8.4.1). */
final class BodyEncoding {
    private static final int PART_BYTES = 8 << 10;

    private BodyEncoding() {}

    /** There is no room for a body, its own or that of all. */
    static final class NoRoom extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Failure failure;

        NoRoom(Failure failure) {
            super(failure.message());
            this.failure = failure;
        }

        Failure failure() {
            return failure;
        }
    }

    /** Room in memory. */
    interface Room {
        /** Takes room for so many bytes more. */
        void take(int bytes) throws NoRoom;
    }

    static boolean isKnown(String word) {
        return switch (word) {
            case "gzip", "x-gzip", "deflate" -> true;
            default -> false;
        };
    }

    /**
     * Decompresses a whole body.
     *
     * @param room asked before each part of the result is kept: a small body may become a very large one
     * @throws NoRoom if it says no
     */
    static byte[] decode(String word, byte[] encoded, Room room) throws InvalidRequest, NoRoom {
        ByteArrayInputStream source = new ByteArrayInputStream(encoded);
        try (InputStream decoding =
                word.equals("deflate") ? new InflaterInputStream(source) : new GZIPInputStream(source)) {
            ByteArrayOutputStream decoded = new ByteArrayOutputStream(encoded.length);
            byte[] part = new byte[PART_BYTES];
            for (int bytes = decoding.read(part); bytes >= 0; bytes = decoding.read(part)) {
                room.take(bytes);
                decoded.write(part, 0, bytes);
            }
            return decoded.toByteArray();
        } catch (IOException malformed) {
            throw new InvalidRequest("body is no " + word);
        }
    }
}
