// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Looks for a private key in bytes that left. Whoever sends a key sends its secret numbers, in whatever container: so each of them is looked for, by two
 * pieces that no other number has, raw as in DER, in hexadecimal, and in Base64 at each of the three offsets that it can have within a larger text. Line
 * breaks and JSON escapes are taken out of a second copy of the bytes, which is searched too, so that PEM and PEM within JSON are found; and what looks like
 * Base64 is decoded and searched in its turn, because the cloud's own API wraps payloads so.
 *
 * <p>The key never leaves this class, not even in a message.
 */
public final class KeySearch {

    /** Bytes of one piece: found by chance once in 2²⁵⁶. */
    private static final int PIECE = 32;

    /** How often Base64 within Base64 is unwrapped. */
    private static final int MAX_LAYERS = 3;

    /** Shortest run of Base64 that is decoded: shorter ones cannot hold a piece. */
    private static final int MIN_RUN = 42;

    private final List<byte[]> needles = new ArrayList<>();

    private KeySearch() {}

    /**
     * Prepares the search.
     *
     * @throws IllegalArgumentException if the key is neither RSA nor of an elliptic curve
     */
    public static KeySearch of(PrivateKey key) {
        KeySearch search = new KeySearch();
        switch (key) {
            case RSAPrivateCrtKey rsa -> {
                search.add(rsa.getPrivateExponent());
                search.add(rsa.getPrimeP());
                search.add(rsa.getPrimeQ());
            }
            case ECPrivateKey ec -> search.add(ec.getS());
            default -> throw new IllegalArgumentException("key: " + key.getAlgorithm() + " (expected: RSA or EC)");
        }
        return search;
    }

    /**
     * Prepares a search for any private key of the kinds that we make, known by how its container begins (PKCS#8, RFC 5958): version and algorithm as DER, and
     * the label of PEM. Public keys and requests for certificates have neither.
     */
    public static KeySearch ofAnyKey() {
        KeySearch search = new KeySearch();
        HexFormat hex = HexFormat.of();
        search.addForms(hex.parseHex("020100300d06092a864886f70d010101050004"));
        search.addForms(hex.parseHex("020100301306072a8648ce3d020106082a8648ce3d03010704"));
        search.addForms(hex.parseHex("020100301006072a8648ce3d020106052b8104002204"));
        search.addForms(ascii("PRIVATE KEY-----"));
        return search;
    }

    private void add(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] magnitude = bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
        int piece = Math.min(PIECE, magnitude.length);
        addForms(Arrays.copyOf(magnitude, piece));
        if (magnitude.length > 2 * PIECE) {
            addForms(Arrays.copyOfRange(magnitude, magnitude.length - piece, magnitude.length));
        }
    }

    private void addForms(byte[] piece) {
        needles.add(piece);
        needles.add(ascii(HexFormat.of().formatHex(piece)));
        needles.add(ascii(HexFormat.of().withUpperCase().formatHex(piece)));
        for (int offset = 0; offset < 3; offset++) {
            byte[] shifted = new byte[offset + piece.length];
            System.arraycopy(piece, 0, shifted, offset, piece.length);
            String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            // the first characters hold bits of what stands before, the last one bits of what follows
            int from = (offset * 8 + 5) / 6;
            int to = shifted.length * 8 / 6;
            String certain = encoded.substring(from, to);
            needles.add(ascii(certain));
            needles.add(ascii(certain.replace('+', '-').replace('/', '_')));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** How many pieces of the key occur in those bytes, in any form; 0 is the hope. */
    public int count(byte[] bytes) {
        Set<byte[]> found = Collections.newSetFromMap(new IdentityHashMap<>());
        search(bytes, MAX_LAYERS, found);
        return found.size();
    }

    private void search(byte[] bytes, int layers, Set<byte[]> found) {
        byte[] plain = withoutBreaksAndEscapes(bytes);
        for (byte[] needle : needles) {
            if (contains(bytes, needle) || contains(plain, needle)) {
                found.add(needle);
            }
        }
        if (layers > 0) {
            byte[] unwrapped = unwrapped(plain);
            if (unwrapped.length > 0) {
                search(unwrapped, layers - 1, found);
            }
        }
    }

    /** What the runs of Base64 in those bytes stand for, one after the other with a gap between. */
    private static byte[] unwrapped(byte[] bytes) {
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        int from = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i < bytes.length && isBase64(bytes[i])) {
                continue;
            }
            int length = (i - from) / 4 * 4;
            if (length >= MIN_RUN) {
                decoded.writeBytes(Base64.getDecoder().decode(Arrays.copyOfRange(bytes, from, from + length)));
                decoded.write(0);
            }
            from = i + 1;
        }
        return decoded.toByteArray();
    }

    private static boolean isBase64(byte b) {
        return (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '+' || b == '/';
    }

    /** Drops CR and LF, JSON's {@code \n}, {@code \r} and the backslash of {@code \/}. */
    private static byte[] withoutBreaksAndEscapes(byte[] bytes) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            byte next = i + 1 < bytes.length ? bytes[i + 1] : 0;
            if (b == '\r' || b == '\n' || (b == '\\' && next == '/')) {
                continue;
            }
            if (b == '\\' && (next == 'n' || next == 'r')) {
                i++;
                continue;
            }
            plain.write(b);
        }
        return plain.toByteArray();
    }

    /** Horspool's search (1980): jumps by what the last byte of the window allows. */
    private static boolean contains(byte[] bytes, byte[] needle) {
        int[] jump = new int[256];
        Arrays.fill(jump, needle.length);
        for (int i = 0; i < needle.length - 1; i++) {
            jump[needle[i] & 0xff] = needle.length - 1 - i;
        }
        int at = 0;
        while (at <= bytes.length - needle.length) {
            if (Arrays.equals(bytes, at, at + needle.length, needle, 0, needle.length)) {
                return true;
            }
            at += jump[bytes[at + needle.length - 1] & 0xff];
        }
        return false;
    }
}
