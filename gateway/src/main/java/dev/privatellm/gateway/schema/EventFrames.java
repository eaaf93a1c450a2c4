// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.nio.ByteBuffer;

/**
 * Server-sent events (WHATWG HTML §9.2.6): lines end with {@code \n}, {@code \r\n} or {@code \r}; {@code data} lines of one event are joined with
 * {@code \n}; one space after the colon belongs to the syntax; other fields and comments are none of a meter's business; a BOM may come first.
 *
 * <p>When a forced chunk has to come out, each byte goes through an {@link EventGate}, which holds those of an undecided event; else all bytes of a slice
 * are passed before the first is read. {@link #step} consumes one byte or a run within one line and leaves in {@link #run} what the bytes are.
 */
final class EventFrames implements FrameReader {
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] TERMINATOR = {'[', 'D', 'O', 'N', 'E', ']'};
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final int NO_MARK = -1;

    private enum At {
        LINE_START,
        COMMENT,
        NAME,
        OTHER,
        AFTER_COLON,
        DATA
    }

    private final Tally tally;
    private final JsonScanner scanner;
    private final EventGate gate = new EventGate();
    private final boolean takesOut;

    private At at = At.LINE_START;
    private EventGate.Run run = EventGate.Run.FREE;
    private boolean begun;
    private boolean afterCarriageReturn;
    private int mark;
    private int nameLength;
    private boolean nameIsData;
    private boolean eventOpen;
    private boolean eventEnded;
    private boolean forced;
    private boolean hasData;
    private int terminator;
    private boolean onlyTerminator;

    EventFrames(Tally tally, boolean takesOut) {
        this.tally = tally;
        this.takesOut = takesOut;
        this.scanner = new JsonScanner(tally.fields(), tally);
        beginEvent();
    }

    @Override
    public void feed(ByteBuffer slice, Sluice sluice) {
        int limit = slice.limit();
        int next = slice.position();
        if (next == limit) {
            return;
        }
        begun = true;
        if (!takesOut) {
            sluice.pass(limit - next);
        }
        while (next < limit) {
            int from = next;
            next = step(slice, from, limit);
            if (takesOut) {
                route(next - from, sluice);
            }
        }
        gate.flush(sluice);
    }

    private void route(int count, Sluice sluice) {
        gate.take(run, count, sluice);
        if (eventEnded) {
            gate.endEvent(forced, sluice);
            run = forced ? EventGate.Run.DROPPED : EventGate.Run.FREE;
            eventEnded = false;
        } else if (hasData && (scanner.failed() || !tally.maybeForced())) {
            gate.letPass(sluice);
        }
    }

    private int step(ByteBuffer slice, int from, int limit) {
        byte b = slice.get(from);
        boolean secondOfPair = afterCarriageReturn && b == '\n';
        afterCarriageReturn = b == '\r';
        if (secondOfPair) {
            return from + 1;
        }
        if (b == '\n' || b == '\r') {
            endLine();
            return from + 1;
        }
        return switch (at) {
            case LINE_START -> {
                beginLine(b);
                yield from + 1;
            }
            case NAME -> {
                inName(b);
                yield from + 1;
            }
            case AFTER_COLON -> {
                at = At.DATA;
                yield b == ' ' ? from + 1 : inData(slice, from, limit);
            }
            case DATA -> inData(slice, from, limit);
            case COMMENT, OTHER -> LineEnds.next(slice, from, limit);
        };
    }

    private void beginLine(byte b) {
        if (mark != NO_MARK && mark < MARK.length && b == MARK[mark]) {
            mark++;
            run = EventGate.Run.FREE;
            return;
        }
        mark = NO_MARK;
        if (b == ':') {
            at = At.COMMENT;
            run = EventGate.Run.FREE;
            return;
        }
        at = At.NAME;
        run = EventGate.Run.OF_EVENT;
        eventOpen = true;
        nameLength = 0;
        nameIsData = true;
        inName(b);
    }

    private void inName(byte b) {
        if (b != ':') {
            nameIsData &= nameLength < DATA.length && b == DATA[nameLength];
            nameLength = Math.min(nameLength + 1, DATA.length + 1);
        } else if (nameIsData && nameLength == DATA.length) {
            beginData();
            at = At.AFTER_COLON;
        } else {
            at = At.OTHER;
        }
    }

    private void beginData() {
        if (hasData) {
            scanner.accept((byte) '\n');
            onlyTerminator = false;
        }
        hasData = true;
    }

    private int inData(ByteBuffer slice, int from, int limit) {
        int end = LineEnds.next(slice, from, limit);
        for (int i = from; i < end && onlyTerminator; i++) {
            matchTerminator(slice.get(i));
        }
        scanner.feed(slice, from, end);
        return end;
    }

    private void matchTerminator(byte b) {
        if (terminator < TERMINATOR.length) {
            onlyTerminator = b == TERMINATOR[terminator];
            terminator++;
        } else {
            onlyTerminator = b == ' ' || b == '\t';
        }
    }

    private void endLine() {
        mark = NO_MARK;
        if (at == At.LINE_START) {
            run = eventOpen ? EventGate.Run.OF_EVENT : EventGate.Run.FREE;
            endEvent();
        } else if (at == At.NAME && nameIsData && nameLength == DATA.length) {
            beginData();
        }
        at = At.LINE_START;
    }

    /** Answers whether the event was whole: a JSON text, or the terminator. */
    private boolean endEvent() {
        scanner.finish();
        boolean terminated = hasData && onlyTerminator && terminator == TERMINATOR.length;
        boolean whole = hasData && scanner.complete();
        if (terminated) {
            tally.terminator();
        } else if (whole) {
            tally.frameEnds();
        }
        forced = takesOut && whole && tally.isForced();
        eventEnded = true;
        beginEvent();
        return whole || terminated;
    }

    private void beginEvent() {
        scanner.reset();
        tally.frameBegins();
        eventOpen = false;
        hasData = false;
        terminator = 0;
        onlyTerminator = true;
    }

    @Override
    public void end(StreamEnd end, Sluice sluice) {
        boolean open = eventOpen;
        At stopped = at;
        if (stopped != At.LINE_START) {
            endLine();
        }
        boolean whole = open && endEvent();
        boolean taken = gate.holds() && (forced || (end != StreamEnd.CLEAN && !whole));
        gate.endEvent(taken, sluice);
        gate.flush(sluice);
        at = taken ? At.LINE_START : stopped;
        eventOpen = open && !taken;
    }

    @Override
    public StreamPosition position() {
        boolean inMark = mark > 0 && mark < MARK.length;
        boolean inLine = inMark || at != At.LINE_START;
        return new StreamPosition(begun, true, inLine, eventOpen, tally.nextSequence(), tally.responseId());
    }

    @Override
    public boolean unreadable() {
        return false;
    }
}
