// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

/** The double's own tokens of a prompt: runs of at most four characters without white space. */
final class Pieces {

    private static final int MAX_LENGTH = 4;

    private Pieces() {}

    static long count(CharSequence text) {
        long pieces = 0;
        int run = 0;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isWhitespace(text.charAt(i))) {
                run = 0;
            } else {
                if (run % MAX_LENGTH == 0) {
                    pieces++;
                }
                run++;
            }
        }
        return pieces;
    }
}
