// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.bench;

import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * One request as the engine recorded it.
 *
 * @param startedAt when it had arrived
 * @param counted whether tokens were generated; loading a model counts none
 */
record EngineRecord(Instant startedAt, boolean counted) {

    static EngineRecord of(JsonNode row) {
        return new EngineRecord(
                Instant.parse(row.required("startedAt").stringValue()),
                row.path("outputTokens").isNumber());
    }
}
