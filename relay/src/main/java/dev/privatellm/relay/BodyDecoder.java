// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Takes one body out of a connection's bytes, however they are cut, without copying payload. Looks at each framing byte once and at no payload byte. */
public interface BodyDecoder {
    /**
     * The next part of the payload: a retained slice of {@code in}, at least one byte long, owned by the caller. Null if {@code in} was used up or the body has ended; what follows the
     * body stays in {@code in}.
     *
     * @throws MalformedMessage if the framing is broken; the decoder is of no further use
     */
    @Nullable
    ByteBuf next(ByteBuf in) throws MalformedMessage;

    /** Whether the body came to its end. */
    boolean isEnded();

    /** Whether the body is complete if the connection ends now. */
    boolean mayEndHere();

    /** Fields after the last chunk; empty unless chunked and ended. */
    default Headers trailers() {
        return Headers.EMPTY;
    }
}
