// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;

/** What a {@link ServerExchange} tells whoever answers it, on its event loop. */
public interface RequestListener {
    /** A part of the request body. The receiver owns the slice and releases it. */
    void body(ByteBuf slice);

    /** The request is complete. */
    void end(Headers trailers);

    /** The client keeps up again. */
    void writable();

    /** The client is gone, or broke the framing, before the response ended. The last call; nothing more can be sent. Told also while the request is paused. */
    void left();
}
