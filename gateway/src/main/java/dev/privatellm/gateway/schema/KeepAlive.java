// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.time.Instant;

/**
 * What a client is sent while its request is held, under a committed 200. None of it is text of an answer: it counts in no time to first token, usage or
 * rate. All of it may be followed directly by the engine's own body, or by {@link ClientApi#errorFrame} at {@link StreamPosition#START}.
 */
public interface KeepAlive {
    /** The {@code content-type} to commit; the engine's own head is dropped when it comes. */
    String contentType();

    /**
     * One heartbeat, also the first bytes after the head.
     *
     * @param now the wall clock, where the API's chunks carry a time
     * @param progress one line for people, shown where the API has a place for it that no client takes for text
     */
    byte[] beat(Instant now, String progress);
}
