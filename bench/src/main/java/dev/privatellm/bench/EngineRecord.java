// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One request as the engine recorded it.
 *
 * @param counted whether tokens were generated; loading a model counts none
 */
record EngineRecord(Instant startedAt, Optional<Instant> endedAt, boolean counted, int status) {
    private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(10);

    /** All records of the emulator's engines, oldest first. */
    static List<EngineRecord> read(HttpClient client, URI emulator) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(emulator.resolve("/_lab/engine"))
                .timeout(ANSWER_DEADLINE)
                .build();
        var response = client.send(request, HttpResponse.BodyHandlers.ofString());
        var document = JsonMapper.shared().readTree(response.body());
        var rows = document.isArray() ? document : document.path("rows");
        var records = new ArrayList<EngineRecord>();
        for (var row : rows) {
            records.add(new EngineRecord(
                    Instant.parse(row.required("startedAt").stringValue()),
                    Optional.ofNullable(row.get("endedAt"))
                            .filter(JsonNode::isString)
                            .map(at -> Instant.parse(at.stringValue())),
                    row.path("outputTokens").isNumber(),
                    row.path("status").intValue(0)));
        }
        return records;
    }
}
