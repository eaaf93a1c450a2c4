// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes lines that end with CR LF out of bytes that are cut anywhere. A CR without LF or an LF without CR is refused, because some readers end a line there and some do not. Each byte
 * is looked at once, whatever the cuts.
 */
final class LineReader {
    private static final int FIRST_CAPACITY = 256;

    private byte[] line = new byte[FIRST_CAPACITY];
    private int length;
    private boolean complete;
    private boolean afterCr;

    /**
     * Reads on. Returns whether a whole line is there, until {@link #next()}.
     *
     * @param limit bytes that this line may still have, its end included
     * @param statusBeyond the status that tells of a longer one
     */
    boolean read(ByteBuf in, int limit, int statusBeyond) throws MalformedMessage {
        while (!complete && in.isReadable()) {
            byte b = in.readByte();
            if (afterCr) {
                if (b != '\n') {
                    throw new MalformedMessage(400, "CR without LF");
                }
                complete = true;
            } else if (b == '\r') {
                afterCr = true;
            } else if (b == '\n') {
                throw new MalformedMessage(400, "LF without CR");
            } else {
                append(b);
            }
            if (taken() > limit) {
                throw new MalformedMessage(statusBeyond, "line or head too long");
            }
        }
        return complete;
    }

    private void append(byte b) {
        if (length == line.length) {
            line = Arrays.copyOf(line, length * 2);
        }
        line[length++] = b;
    }

    /** Bytes of the present line so far, with what was seen of its end. */
    int taken() {
        return length + (afterCr ? 1 : 0) + (complete ? 1 : 0);
    }

    int length() {
        return length;
    }

    /** The byte at this place as a number from 0 to 255. */
    int at(int index) {
        return line[index] & 0xff;
    }

    String text(int from, int to) {
        return new String(line, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** Forgets the present line. */
    void next() {
        length = 0;
        complete = false;
        afterCr = false;
    }
}
