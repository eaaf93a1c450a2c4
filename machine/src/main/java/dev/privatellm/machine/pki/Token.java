// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A bearer token of 32 random bytes in 64 lower-case hex digits. Shown only as the fact that there is one. */
public record Token(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");
    private static final int BYTES = 32;

    public Token {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("token (expected: 64 lower-case hex digits)");
        }
    }

    static Token random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new Token(HexFormat.of().formatHex(bytes));
    }

    @Override
    public String toString() {
        return "Token[secret]";
    }
}
