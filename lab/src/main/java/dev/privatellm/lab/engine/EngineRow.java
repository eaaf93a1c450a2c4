// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an engine knows about one request after it has ended. Serialized as it stands by the emulator's {@code GET /_lab/engine}.
 *
 * @param path path without query
 * @param model model named by the request; null if it named none
 * @param inputTokens tokens of the prompt; null where nothing was evaluated or, behind a tap, nothing reported
 * @param outputTokens tokens generated, up to the cut where there was one; null where nothing was generated or, behind a tap, nothing reported
 * @param status HTTP status sent; 0 if the client left before one was sent
 * @param startedAt when the request arrived: whole at the double, its head at a tap
 * @param firstByteAt when the first byte of the answer left; null if none did
 * @param endedAt when the answer was finished or given up
 * @param complete whether the answer was sent to its end; false when the client went away, the answer was cut or the engine stopped
 */
public record EngineRow(
        String path,
        @Nullable String model,
        @Nullable Long inputTokens,
        @Nullable Long outputTokens,
        int status,
        Instant startedAt,
        @Nullable Instant firstByteAt,
        Instant endedAt,
        boolean complete) {}
