// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds the bytes of one event until it is certain whether they go on. Counts only; the bytes themselves stay with whoever feeds the reader. Order is
 * kept: a comment inside an undecided event waits with it, and passes even if the event is dropped.
 */
final class EventGate {
    /** What a run of bytes is. */
    enum Run {
        /** Passes whatever becomes of the event: comments, a byte order mark, empty lines between events. */
        FREE,
        /** Goes where its event goes. */
        OF_EVENT,
        /** The second half of a line end whose first half was dropped. */
        DROPPED
    }

    private record Held(Run run, int count) {}

    private final List<Held> held = new ArrayList<>();
    private int heldBytes;
    private boolean open;
    private int passing;
    private int dropping;

    /** Takes the next bytes of the stream. */
    void take(Run run, int count, Sluice sluice) {
        if (run == Run.DROPPED) {
            drop(count, sluice);
        } else if (open || (run == Run.FREE && held.isEmpty())) {
            pass(count, sluice);
        } else {
            hold(run, count);
            if (heldBytes > UsageReader.MAX_UNDECIDED_BYTES) {
                letPass(sluice);
            }
        }
    }

    /** The event in hand goes on, and what follows of it. */
    void letPass(Sluice sluice) {
        release(false, sluice);
        open = true;
    }

    /** The event in hand is over. What of it has not gone on yet goes now, or never. */
    void endEvent(boolean forced, Sluice sluice) {
        release(forced, sluice);
        open = false;
    }

    /** Whether bytes are held. */
    boolean holds() {
        return !held.isEmpty();
    }

    /** Tells the sluice what was summed up; at the end of each slice. */
    void flush(Sluice sluice) {
        if (passing > 0) {
            sluice.pass(passing);
        }
        if (dropping > 0) {
            sluice.drop(dropping);
        }
        passing = 0;
        dropping = 0;
    }

    private void hold(Run run, int count) {
        heldBytes += count;
        int last = held.size() - 1;
        if (last >= 0 && held.get(last).run() == run) {
            held.set(last, new Held(run, held.get(last).count() + count));
        } else {
            held.add(new Held(run, count));
        }
    }

    private void release(boolean forced, Sluice sluice) {
        for (Held each : held) {
            if (forced && each.run() == Run.OF_EVENT) {
                drop(each.count(), sluice);
            } else {
                pass(each.count(), sluice);
            }
        }
        held.clear();
        heldBytes = 0;
    }

    private void pass(int count, Sluice sluice) {
        if (dropping > 0) {
            flush(sluice);
        }
        passing += count;
    }

    private void drop(int count, Sluice sluice) {
        if (passing > 0) {
            flush(sluice);
        }
        dropping += count;
    }
}
