// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Numbers that follow from text: all the chance there is in the double. */
final class Digest {

    private Digest() {}

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static String sha256Hex(String text) {
        return HexFormat.of().formatHex(sha256(text));
    }

    /** 0 to {@code bound} − 1. */
    static int number(String text, int bound) {
        return (int) Long.remainderUnsigned(seed(text), bound);
    }

    static long seed(String text) {
        return ByteBuffer.wrap(sha256(text)).getLong();
    }
}
