// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import java.util.List;

/** The character classes of RFC 9110 section 5 and RFC 9112 that decide what may stand in a head. */
final class Grammar {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (int c = 0; c < TOKEN.length; c++) {
            TOKEN[c] = (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || TOKEN_MARKS.indexOf(c) >= 0;
        }
    }

    private Grammar() {}

    static boolean isTokenCharacter(int c) {
        return c >= 0 && c < TOKEN.length && TOKEN[c];
    }

    static boolean isToken(String text) {
        if (text.isEmpty()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenCharacter(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Visible characters, blank, tab and obs-text: what a field value may hold. */
    static boolean isValueCharacter(int c) {
        return c == '\t' || (c >= ' ' && c <= 0xff && c != 0x7f);
    }

    static boolean isFieldValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isValueCharacter(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Visible ASCII: what a request target may hold. */
    static boolean isTargetCharacter(int c) {
        return c > ' ' && c < 0x7f;
    }

    static boolean isTarget(String text) {
        if (text.isEmpty()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isTargetCharacter(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }

    /** Adds the members of a comma-separated list to {@code into}, trimmed, empty ones left out (RFC 9110 section 5.6.1). */
    static void splitList(String value, List<String> into) {
        int from = 0;
        while (from <= value.length()) {
            int comma = value.indexOf(',', from);
            int to = comma < 0 ? value.length() : comma;
            String member = value.substring(from, to).strip();
            if (!member.isEmpty()) {
                into.add(member);
            }
            from = to + 1;
        }
    }
}
