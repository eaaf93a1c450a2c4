// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which models the tour asks.
 *
 * @param chat for what generates
 * @param embedding for what embeds
 */
public record TourModels(String chat, String embedding) {

    private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(10);

    /** One model for everything: the engine double embeds with any. */
    public static TourModels only(String model) {
        return new TourModels(model, model);
    }

    /**
     * Of the models of a real Ollama: the first for what generates, and the first that says of itself that it can embed for what embeds. If none says so the
     * first is asked, as Ollama embeds with models that do not announce it.
     *
     * @param engine {@code http://host:port}
     * @param models at least one name
     * @throws IOException if the engine does not answer, or does not have one of the models; the message says which
     */
    public static TourModels of(URI engine, List<String> models) throws IOException, InterruptedException {
        if (models.isEmpty()) {
            throw new IllegalArgumentException("models: [] (expected: at least one)");
        }
        String embedding = "";
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String model : models) {
                if (canEmbed(client, engine, model) && embedding.isEmpty()) {
                    embedding = model;
                }
            }
        }
        return new TourModels(models.getFirst(), embedding.isEmpty() ? models.getFirst() : embedding);
    }

    private static boolean canEmbed(HttpClient client, URI engine, String model)
            throws IOException, InterruptedException {
        JsonMapper mapper = JsonMapper.shared();
        HttpRequest request = HttpRequest.newBuilder(engine.resolve("/api/show"))
                .timeout(ANSWER_DEADLINE)
                .POST(HttpRequest.BodyPublishers.ofString(
                        mapper.writeValueAsString(mapper.createObjectNode().put("model", model))))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("the engine at %s does not have the model %s (status %d)"
                    .formatted(engine, model, response.statusCode()));
        }
        for (JsonNode capability : mapper.readTree(response.body()).path("capabilities")) {
            if (capability.asString("").equals("embedding")) {
                return true;
            }
        }
        return false;
    }
}
