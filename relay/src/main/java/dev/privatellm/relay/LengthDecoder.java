// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Counts a body of known length. */
final class LengthDecoder implements BodyDecoder {
    private long left;

    LengthDecoder(long bytes) {
        this.left = bytes;
    }

    @Override
    public @Nullable ByteBuf next(ByteBuf in) {
        int take = (int) Math.min(left, in.readableBytes());
        if (take == 0) {
            return null;
        }
        left -= take;
        return in.readRetainedSlice(take);
    }

    @Override
    public boolean isEnded() {
        return left == 0;
    }

    @Override
    public boolean mayEndHere() {
        return left == 0;
    }
}
