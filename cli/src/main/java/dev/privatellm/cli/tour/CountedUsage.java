// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.util.Optional;
import java.util.OptionalLong;

/** What the gateway counted. Safe for use from any thread. */
public interface CountedUsage {

    /**
     * The figures of one request.
     *
     * @param confidence {@code exact}, {@code exact-partial}, {@code estimated} or {@code unknown}
     */
    record Counted(OptionalLong inputTokens, OptionalLong outputTokens, String confidence) {}

    /** The count of the request with that {@code X-Request-Id}; empty while there is none yet. */
    Optional<Counted> of(String requestId);
}
