// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.nio.ByteBuffer;

/** A body of one JSON text per line. Lines end with {@code \n}, with or without {@code \r}, or with {@code \r} alone; empty lines are nothing. */
final class LineFrames implements FrameReader {
    private final Tally tally;
    private final JsonScanner scanner;
    private boolean begun;
    private boolean inLine;

    LineFrames(Tally tally) {
        this.tally = tally;
        this.scanner = new JsonScanner(tally.fields(), tally);
        tally.frameBegins();
    }

    @Override
    public void feed(ByteBuffer slice, Sluice sluice) {
        if (!slice.hasRemaining()) {
            return;
        }
        begun = true;
        sluice.pass(slice.remaining());
        int limit = slice.limit();
        int at = slice.position();
        while (at < limit) {
            int end = LineEnds.next(slice, at, limit);
            if (end > at) {
                inLine = true;
                scanner.feed(slice, at, end);
            }
            if (end < limit) {
                endLine();
            }
            at = end + 1;
        }
    }

    @Override
    public void end(StreamEnd end, Sluice sluice) {
        boolean open = inLine;
        endLine();
        inLine = open;
    }

    private void endLine() {
        scanner.finish();
        if (scanner.complete()) {
            tally.frameEnds();
        }
        scanner.reset();
        tally.frameBegins();
        inLine = false;
    }

    @Override
    public StreamPosition position() {
        return new StreamPosition(begun, true, inLine, inLine, 0, "");
    }

    @Override
    public boolean unreadable() {
        return false;
    }
}
