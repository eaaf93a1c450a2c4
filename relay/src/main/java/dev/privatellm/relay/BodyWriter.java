// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/** Frames a body that is written in parts. What is added in one turn of the event loop becomes one chunk. */
final class BodyWriter {
    private static final ByteBuf CRLF = constant("\r\n");
    private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");
    private static final int CHUNK_HEAD_BYTES = 10;

    private final BodyFraming framing;
    private final ArrayDeque<ByteBuf> gathered = new ArrayDeque<>();
    private int gatheredBytes;
    private long promised;

    BodyWriter(BodyFraming framing) {
        this.framing = framing;
        this.promised = framing instanceof BodyFraming.Length(long bytes) ? bytes : 0;
    }

    private static ByteBuf constant(String text) {
        ByteBuf bytes = Unpooled.directBuffer(text.length());
        bytes.writeCharSequence(text, StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(bytes.asReadOnly());
    }

    /**
     * Takes over a buffer.
     *
     * @throws IllegalStateException beyond the promised length; the buffer is released
     */
    void add(ByteBuf part) {
        int bytes = part.readableBytes();
        switch (framing) {
            case BodyFraming.None _ -> {
                part.release();
                return;
            }
            case BodyFraming.Length _ -> {
                if (bytes > promised) {
                    part.release();
                    throw new IllegalStateException("body longer than its Content-Length by " + (bytes - promised));
                }
                promised -= bytes;
            }
            case BodyFraming.Chunked _, BodyFraming.UntilClose _ -> {}
        }
        if (bytes == 0) {
            part.release();
            return;
        }
        gathered.add(part);
        gatheredBytes += bytes;
    }

    int gatheredBytes() {
        return gatheredBytes;
    }

    /** Whether a promised length was fulfilled. */
    boolean isComplete() {
        return promised == 0;
    }

    /** Whether only the end of the connection ends this body, so that an end in order would make it look complete. */
    boolean isEndedByClosing() {
        return framing instanceof BodyFraming.UntilClose;
    }

    /** Writes what was gathered, without flushing. */
    void emit(ChannelHandlerContext ctx) {
        if (gatheredBytes == 0) {
            return;
        }
        boolean chunked = framing instanceof BodyFraming.Chunked;
        if (chunked) {
            ByteBuf head = ctx.alloc().buffer(CHUNK_HEAD_BYTES);
            head.writeCharSequence(Integer.toHexString(gatheredBytes), StandardCharsets.US_ASCII);
            head.writeShort('\r' << 8 | '\n');
            Outbound.write(ctx, head);
        }
        gatheredBytes = 0;
        for (ByteBuf part = gathered.poll(); part != null; part = gathered.poll()) {
            Outbound.write(ctx, part);
        }
        if (chunked) {
            Outbound.write(ctx, CRLF.duplicate());
        }
    }

    /** Writes what was gathered and the end of the body, without flushing. */
    void emitLast(ChannelHandlerContext ctx, Headers trailers) {
        emit(ctx);
        if (!(framing instanceof BodyFraming.Chunked)) {
            return;
        }
        if (trailers.isEmpty()) {
            Outbound.write(ctx, LAST_CHUNK.duplicate());
        } else {
            ByteBuf last = ctx.alloc().buffer();
            last.writeCharSequence("0\r\n", StandardCharsets.US_ASCII);
            HeadWriter.fields(last, trailers);
            Outbound.write(ctx, last);
        }
    }

    void release() {
        gatheredBytes = 0;
        for (ByteBuf part = gathered.poll(); part != null; part = gathered.poll()) {
            part.release();
        }
    }
}
