// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cost;

import java.util.List;

/** The book of what was paid for: outside the record, which forgets, and for as long as anybody may ask. Safe from any thread. */
public interface RunLedger {

    /** Every entry, in the order in which they were written. */
    List<LedgerEntry> entries();

    /**
     * Writes an entry; durable once this returns. An entry whose {@link LedgerEntry#key()} is in the book changes nothing, so that whoever does not know whether
     * an entry was written writes it again.
     *
     * @throws java.io.UncheckedIOException if it cannot be written: it is not in the book then
     */
    void append(LedgerEntry entry);
}
