// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chunked body (RFC 9112 section 7.1). Extensions are skipped; a size that is no plain hexadecimal number of at most {@value #MAX_SIZE_DIGITS} digits is refused, white space
 * included, since readers disagree about it. Trailers that may not be ones are dropped.
 */
final class ChunkedDecoder implements BodyDecoder {
    static final int MAX_SIZE_DIGITS = 15;
    static final int MAX_SIZE_LINE_BYTES = 512;

    private enum Expect {
        SIZE,
        DATA,
        DATA_END,
        TRAILER,
        NOTHING
    }

    private final HeadLimits limits;
    private final LineReader line = new LineReader();
    private final List<Headers.Field> trailers = new ArrayList<>(0);
    private Expect expect = Expect.SIZE;
    private long left;
    private int trailerBytes;
    private int trailerLines;

    ChunkedDecoder(HeadLimits limits) {
        this.limits = limits;
    }

    @Override
    public @Nullable ByteBuf next(ByteBuf in) throws MalformedMessage {
        while (expect != Expect.NOTHING && in.isReadable()) {
            if (expect == Expect.DATA) {
                int take = (int) Math.min(left, in.readableBytes());
                left -= take;
                if (left == 0) {
                    expect = Expect.DATA_END;
                }
                return in.readRetainedSlice(take);
            }
            if (!line.read(in, lineLimit(), expect == Expect.TRAILER ? 431 : 400)) {
                return null;
            }
            endOfLine();
            line.next();
        }
        return null;
    }

    private int lineLimit() {
        return switch (expect) {
            case SIZE -> MAX_SIZE_LINE_BYTES;
            case DATA_END, DATA, NOTHING -> 2;
            case TRAILER -> limits.headBytes() - trailerBytes;
        };
    }

    private void endOfLine() throws MalformedMessage {
        switch (expect) {
            case SIZE -> {
                left = size();
                expect = left == 0 ? Expect.TRAILER : Expect.DATA;
            }
            case DATA_END -> {
                if (line.length() != 0) {
                    throw new MalformedMessage(400, "chunk longer than its size");
                }
                expect = Expect.SIZE;
            }
            case TRAILER -> trailer();
            case DATA, NOTHING -> throw new IllegalStateException("no line is read here");
        }
    }

    private void trailer() throws MalformedMessage {
        trailerBytes += line.taken();
        if (line.length() == 0) {
            expect = Expect.NOTHING;
        } else if (++trailerLines > limits.fields()) {
            throw new MalformedMessage(431, "too many trailers");
        } else {
            Headers.Field field = FieldLine.parse(line);
            if (HeaderHygiene.mayFollowBody(field.name())) {
                trailers.add(field);
            }
        }
    }

    private long size() throws MalformedMessage {
        long size = 0;
        int digits = 0;
        while (digits < line.length()) {
            int digit = Character.digit(line.at(digits), 16);
            if (digit < 0) {
                break;
            }
            if (digits == MAX_SIZE_DIGITS) {
                throw new MalformedMessage(400, "chunk size too large");
            }
            size = size * 16 + digit;
            digits++;
        }
        if (digits == 0 || (digits < line.length() && line.at(digits) != ';')) {
            throw new MalformedMessage(400, "chunk size is no hexadecimal number");
        }
        return size;
    }

    @Override
    public boolean isEnded() {
        return expect == Expect.NOTHING;
    }

    @Override
    public boolean mayEndHere() {
        return expect == Expect.NOTHING;
    }

    @Override
    public Headers trailers() {
        return Headers.of(trailers);
    }
}
