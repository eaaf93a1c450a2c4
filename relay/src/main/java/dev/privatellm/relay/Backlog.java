// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;

/** Bytes read off a connection that nobody has taken yet, in the buffers they came in. */
final class Backlog {
    private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();

    /** Takes over a buffer. */
    void add(ByteBuf bytes) {
        buffers.add(bytes);
    }

    /** The first buffer with unread bytes, to be read by moving its reader index; empty if there is none. Stays owned here. */
    ByteBuf first() {
        for (ByteBuf first = buffers.peek(); first != null; first = buffers.peek()) {
            if (first.isReadable()) {
                return first;
            }
            buffers.remove().release();
        }
        return Unpooled.EMPTY_BUFFER;
    }

    int bytes() {
        int bytes = 0;
        for (ByteBuf buffer : buffers) {
            bytes += buffer.readableBytes();
        }
        return bytes;
    }

    boolean isEmpty() {
        return !first().isReadable();
    }

    /** Drops everything. */
    void release() {
        buffers.forEach(ByteBuf::release);
        buffers.clear();
    }
}
