// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

import io.netty.buffer.ByteBuf;

/** Who takes a request body. Called on the exchange's event loop. */
public interface BodySink {
    /** A part of it. The receiver owns the slice and releases it. */
    void slice(ByteBuf slice);

    /** It is complete. */
    void end();
}
