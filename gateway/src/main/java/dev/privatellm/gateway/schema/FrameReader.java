// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.nio.ByteBuffer;

/** Cuts a body into frames for a {@link Tally} and says which bytes go on. One per {@link Framing}. */
interface FrameReader {
    /** Reads the slice from its position to its limit by absolute index. */
    void feed(ByteBuffer slice, Sluice sluice);

    /** The body is over; a last frame without its terminator counts if it is whole. */
    void end(StreamEnd end, Sluice sluice);

    /** Where the client's body stands. */
    StreamPosition position();

    /** Whether the body is none that can be read in this framing. */
    boolean unreadable();
}
