// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.nio.ByteBuffer;

/** Passes everything and reads nothing. */
final class NoFrames implements FrameReader {
    private boolean begun;

    @Override
    public void feed(ByteBuffer slice, Sluice sluice) {
        if (slice.hasRemaining()) {
            begun = true;
            sluice.pass(slice.remaining());
        }
    }

    @Override
    public void end(StreamEnd end, Sluice sluice) {}

    @Override
    public StreamPosition position() {
        return StreamPosition.closed(begun);
    }

    @Override
    public boolean unreadable() {
        return true;
    }
}
