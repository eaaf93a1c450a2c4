// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A book that lives as long as its object. */
public final class MemoryRunLedger implements RunLedger {
    private final List<LedgerEntry> entries = new ArrayList<>();
    private boolean isFull;
    private Runnable around = () -> {};

    /** Runs before and after every write that has an effect; may throw to play a crash. */
    public void aroundAppend(Runnable hook) {
        around = hook;
    }

    /** Lets every write fail, or none. */
    public synchronized void full(boolean now) {
        isFull = now;
    }

    @Override
    public synchronized List<LedgerEntry> entries() {
        return List.copyOf(entries);
    }

    @Override
    public synchronized void append(LedgerEntry entry) {
        if (isFull) {
            throw new UncheckedIOException("the ledger cannot be written", new IOException("No space left on device"));
        }
        if (entries.stream().noneMatch(known -> known.key().equals(entry.key()))) {
            around.run();
            entries.add(entry);
            around.run();
        }
    }
}
