// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A body that only the end of the connection ends. */
final class UntilCloseDecoder implements BodyDecoder {
    @Override
    public @Nullable ByteBuf next(ByteBuf in) {
        return in.isReadable() ? in.readRetainedSlice(in.readableBytes()) : null;
    }

    @Override
    public boolean isEnded() {
        return false;
    }

    @Override
    public boolean mayEndHere() {
        return true;
    }
}
