// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Bytes read off a connection that nobody has taken yet, in the buffers they came in. Only small ones that have to wait behind others are copied together: each holds far more memory than
 * bytes, and a peer may send byte by byte.
 */
final class Backlog {
    private static final int SMALL_BYTES = 1024;
    private static final int JOINT_BYTES = 4 * 1024;

    private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();
    /** The last buffer, if it is one that small ones are copied to. */
    private @Nullable ByteBuf joint;

    /** Takes over a buffer. */
    void add(ByteBuf bytes) {
        if (bytes.readableBytes() > SMALL_BYTES || isEmpty()) {
            buffers.add(bytes);
            joint = null;
            return;
        }
        ByteBuf open = joint;
        if (open == null || open.writableBytes() < bytes.readableBytes()) {
            open = bytes.alloc().buffer(JOINT_BYTES);
            joint = open;
            buffers.add(open);
        }
        open.writeBytes(bytes);
        bytes.release();
    }

    /** The first buffer with unread bytes, to be read by moving its reader index; empty if there is none. Stays owned here. */
    ByteBuf first() {
        for (ByteBuf first = buffers.peek(); first != null; first = buffers.peek()) {
            if (first.isReadable()) {
                return first;
            }
            buffers.remove().release();
        }
        joint = null;
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
        joint = null;
    }
}
