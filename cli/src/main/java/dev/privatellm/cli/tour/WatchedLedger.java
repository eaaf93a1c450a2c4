// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import dev.privatellm.gateway.port.UsageLedger;
import dev.privatellm.gateway.port.UsageRow;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A ledger that passes every row on and lets the tour look up the newest by their request. */
public final class WatchedLedger implements UsageLedger, CountedUsage {

    /** Rows remembered; the ledger behind keeps all. */
    private static final int MAX_ROWS = 1_000;

    private final UsageLedger next;
    private final Map<String, UsageRow> rows = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, UsageRow> eldest) {
            return size() > MAX_ROWS;
        }
    };

    public WatchedLedger(UsageLedger next) {
        this.next = next;
    }

    @Override
    public void append(UsageRow row) {
        synchronized (rows) {
            rows.put(row.requestId(), row);
        }
        next.append(row);
    }

    @Override
    public Optional<Counted> of(String requestId) {
        synchronized (rows) {
            return Optional.ofNullable(rows.get(requestId))
                    .map(UsageRow::usage)
                    .map(usage -> new Counted(
                            usage.input(), usage.output(), usage.confidence().word()));
        }
    }
}
