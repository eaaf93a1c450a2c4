// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A body that came gzipped (RFC 1952) though {@code identity} was asked for: it goes on as it is, and is unpacked for the meter only, through one small
 * buffer. Nothing can be taken out of it, so a forced chunk stays. Bytes after the first member are not read.
 */
final class GzipFrames implements FrameReader {
    private static final int BUFFER = 8 * 1024;
    private static final int FIXED_HEADER = 10;
    private static final int FLAGS_AT = 3;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private static final Sluice NOWHERE = new Sluice() {
        @Override
        public void pass(int count) {}

        @Override
        public void drop(int count) {}
    };

    private enum In {
        FIXED,
        EXTRA_LENGTH,
        EXTRA,
        NAME,
        COMMENT,
        CHECKSUM,
        DATA,
        OVER,
        BROKEN
    }

    private final FrameReader unpacked;
    private final Inflater inflater = new Inflater(true);
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private In in = In.FIXED;
    private int flags;
    private int read;
    private int extraLength;
    private boolean begun;

    GzipFrames(FrameReader unpacked) {
        this.unpacked = unpacked;
    }

    @Override
    public void feed(ByteBuffer slice, Sluice sluice) {
        if (!slice.hasRemaining()) {
            return;
        }
        begun = true;
        sluice.pass(slice.remaining());
        ByteBuffer packed = slice.duplicate();
        while (packed.hasRemaining() && in.compareTo(In.DATA) < 0) {
            header(packed.get());
        }
        if (in == In.DATA && packed.hasRemaining()) {
            inflate(packed);
        }
    }

    private void header(byte b) {
        read++;
        switch (in) {
            case FIXED -> {
                if ((read == 1 && b != 0x1f) || (read == 2 && b != (byte) 0x8b)) {
                    in = In.BROKEN;
                } else if (read == FLAGS_AT + 1) {
                    flags = b;
                } else if (read == FIXED_HEADER) {
                    go(after(In.FIXED));
                }
            }
            case EXTRA_LENGTH -> {
                extraLength |= (b & 0xff) << (Byte.SIZE * (read - 1));
                if (read == Short.BYTES) {
                    go(extraLength == 0 ? after(In.EXTRA) : In.EXTRA);
                }
            }
            case EXTRA -> {
                if (read == extraLength) {
                    go(after(In.EXTRA));
                }
            }
            case NAME, COMMENT -> {
                if (b == 0) {
                    go(after(in));
                }
            }
            case CHECKSUM -> {
                if (read == Short.BYTES) {
                    go(In.DATA);
                }
            }
            case DATA, OVER, BROKEN -> throw new IllegalStateException("no header in " + in);
        }
    }

    private void go(In next) {
        in = next;
        read = 0;
    }

    /** The next part of the header that the flags announce. */
    private In after(In part) {
        if (part == In.FIXED && (flags & EXTRA) != 0) {
            return In.EXTRA_LENGTH;
        }
        if (part.compareTo(In.NAME) < 0 && (flags & NAME) != 0) {
            return In.NAME;
        }
        if (part.compareTo(In.COMMENT) < 0 && (flags & COMMENT) != 0) {
            return In.COMMENT;
        }
        return (flags & HEADER_CHECKSUM) != 0 ? In.CHECKSUM : In.DATA;
    }

    private void inflate(ByteBuffer packed) {
        try {
            inflater.setInput(packed);
            int count;
            do {
                buffer.clear();
                count = inflater.inflate(buffer);
                unpacked.feed(buffer.flip(), NOWHERE);
            } while (count > 0);
            if (inflater.finished()) {
                in = In.OVER;
            } else if (inflater.needsDictionary()) {
                in = In.BROKEN;
            }
        } catch (DataFormatException notDeflate) {
            in = In.BROKEN;
        }
    }

    @Override
    public void end(StreamEnd end, Sluice sluice) {
        unpacked.end(end, NOWHERE);
        inflater.end();
    }

    @Override
    public StreamPosition position() {
        return StreamPosition.closed(begun);
    }

    @Override
    public boolean unreadable() {
        return in == In.BROKEN || unpacked.unreadable();
    }
}
