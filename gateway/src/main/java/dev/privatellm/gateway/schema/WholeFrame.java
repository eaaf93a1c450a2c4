// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.nio.ByteBuffer;

/** A body that is one JSON text. */
final class WholeFrame implements FrameReader {
    private final Tally tally;
    private final JsonScanner scanner;
    private boolean begun;

    WholeFrame(Tally tally) {
        this.tally = tally;
        this.scanner = new JsonScanner(tally.fields(), tally);
        tally.frameBegins();
    }

    @Override
    public void feed(ByteBuffer slice, Sluice sluice) {
        if (slice.hasRemaining()) {
            begun = true;
            sluice.pass(slice.remaining());
            scanner.feed(slice, slice.position(), slice.limit());
        }
    }

    @Override
    public void end(StreamEnd end, Sluice sluice) {
        scanner.finish();
        if (scanner.complete()) {
            tally.frameEnds();
        }
    }

    @Override
    public StreamPosition position() {
        return StreamPosition.closed(begun);
    }

    @Override
    public boolean unreadable() {
        return scanner.failed();
    }
}
