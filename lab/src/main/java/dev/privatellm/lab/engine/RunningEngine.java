// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.net.URI;
import java.util.List;

/** An engine that listens, and what it has counted so far. Safe for use from any thread. */
public interface RunningEngine extends AutoCloseable {

    /** The port it listens on, on the address it was told to bind. */
    int port();

    /** Where to reach it, without a trailing slash; what a guest is given as its engine's address. */
    URI url();

    /**
     * One row per request that has ended, in order of ending; a snapshot. Requests that are still running have no row yet. Only the newest
     * {@value TruthLog#MAX_ROWS} are kept.
     */
    List<EngineRow> truth();

    /** Stops listening and breaks every connection at once, as a machine does that loses power. Their requests get rows that are not complete; {@link #truth} answers after it too. */
    @Override
    void close();
}
