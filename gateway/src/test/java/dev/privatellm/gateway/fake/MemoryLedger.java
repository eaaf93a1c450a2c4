// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.fake;

import dev.privatellm.gateway.port.UsageLedger;
import dev.privatellm.gateway.port.UsageRow;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Rows in memory. */
public final class MemoryLedger implements UsageLedger {
    private final List<UsageRow> rows = new CopyOnWriteArrayList<>();

    @Override
    public void append(UsageRow row) {
        rows.add(row);
    }

    /** All rows in the order in which they came. */
    public List<UsageRow> rows() {
        return List.copyOf(rows);
    }

    /** Forgets all rows. */
    public void clear() {
        rows.clear();
    }
}
