// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A plain client of an engine: sends a body and takes the answer apart into its JSON documents. */
final class Wire {

    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final URI engine;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Wire(URI engine) {
        this.engine = engine;
    }

    /** What came back. */
    record Answer(int status, String body) {

        JsonNode json() {
            return MAPPER.readTree(body);
        }

        /** The documents of a stream; {@code [DONE]} left out. */
        List<JsonNode> documents() {
            List<JsonNode> documents = new ArrayList<>();
            for (String line : body.lines().toList()) {
                String document = line.startsWith("data: ") ? line.substring(6) : line;
                if (document.startsWith("{")) {
                    documents.add(MAPPER.readTree(document));
                }
            }
            return documents;
        }
    }

    Answer post(String path, String body) {
        return send("POST", path, body);
    }

    Answer get(String path) {
        return send("GET", path, "");
    }

    Answer send(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(engine.resolve(path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(30))
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
