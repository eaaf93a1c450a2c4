// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;

/** What an {@link UpstreamStream} tells, in this order, on its event loop: informational heads, the head, body slices, trailers if there are any, the end. Or only the end. */
public interface UpstreamListener {
    /** A 1xx head other than 101. */
    default void informational(ResponseHead head) {}

    /** The response's head as received. {@link HeaderHygiene#endToEnd} makes it fit to pass on. */
    void head(ResponseHead head);

    /** A part of the response body. The receiver owns the slice and releases it. */
    void body(ByteBuf slice);

    /** Trailers, if there were any. */
    default void trailers(Headers trailers) {}

    /** The upstream takes request body bytes, for the first time or again. */
    default void writable() {}

    /** How it ended. The last call. */
    void end(StreamEnd end);
}
