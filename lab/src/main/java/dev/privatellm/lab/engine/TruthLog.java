// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The newest rows of an engine, in order of ending. */
final class TruthLog {

    /** Rows kept; older ones are forgotten. */
    static final int MAX_ROWS = 10_000;

    private final Deque<EngineRow> rows = new ArrayDeque<>();

    synchronized void add(EngineRow row) {
        if (rows.size() == MAX_ROWS) {
            rows.removeFirst();
        }
        rows.addLast(row);
    }

    synchronized List<EngineRow> snapshot() {
        return List.copyOf(rows);
    }
}
