// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.nio.ByteBuffer;

/** Finds line ends. */
final class LineEnds {
    private LineEnds() {}

    /** The index of the next {@code \n} or {@code \r} in {@code [from, to)}, or {@code to}. */
    static int next(ByteBuffer slice, int from, int to) {
        int at = from;
        while (at < to) {
            byte b = slice.get(at);
            if (b == '\n' || b == '\r') {
                return at;
            }
            at++;
        }
        return to;
    }
}
