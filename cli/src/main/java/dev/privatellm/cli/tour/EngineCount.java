// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * One request as the engine recorded it.
 *
 * @param inputTokens empty where nothing was evaluated or reported
 * @param outputTokens empty where nothing was generated or reported
 * @param complete whether the answer was sent to its end
 */
public record EngineCount(
        String path,
        OptionalLong inputTokens,
        OptionalLong outputTokens,
        int status,
        Instant startedAt,
        boolean complete) {}
