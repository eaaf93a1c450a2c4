// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a machine is told to put into its next certificate request, so that the answer to an earlier one is never taken for it. Not a secret: it lies in the
 * machine's metadata. Written as {@code generation-hex}.
 *
 * @param generation of the certificates that the request is for
 * @param hex 128 random bits in 32 lower-case hex digits
 */
public record Nonce(long generation, String hex) {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,17})-([0-9a-f]{32})");
    private static final int BYTES = 16;

    static Nonce random(long generation, SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new Nonce(generation, HexFormat.of().formatHex(bytes));
    }

    /** The nonce in a text; empty if it is none of this form. */
    public static Optional<Nonce> parse(String text) {
        var found = FORM.matcher(text);
        return found.matches()
                ? Optional.of(new Nonce(Long.parseLong(found.group(1)), found.group(2)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return generation + "-" + hex;
    }
}
