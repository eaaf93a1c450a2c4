// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Embeddings in Ollama's two forms and OpenAI's: unit vectors that follow from model and text. As in Ollama, any model can make them. */
final class EmbedCalls {

    /** What the model's runner says of an empty text among others. */
    private static final String NO_INPUT = "Failed to create new sequence: no input provided";

    private final EngineOptions options;
    private final Loader loader;

    EmbedCalls(EngineOptions options, Loader loader) {
        this.options = options;
        this.loader = loader;
    }

    /** {@code /api/embed}. */
    void embed(Exchange exchange) throws ClientGone {
        Optional<JsonNode> request = RequestType.EMBED.read(exchange, OllamaError::invalid);
        if (request.isEmpty()) {
            return;
        }
        String name = Json.string(request.get(), "model");
        List<String> texts = texts(request.get().path("input"));
        if (texts == null) {
            OllamaError.answer(exchange, 400, "invalid input type");
            return;
        }
        Optional<EngineModel> model = model(exchange, name, OllamaError::answer);
        if (model.isEmpty()) {
            return;
        }
        long begun = System.nanoTime();
        Duration load = loader.load(model.get(), exchange);
        if (texts.contains("")) {
            OllamaError.answer(exchange, 500, NO_INPUT);
            return;
        }
        ObjectNode answer = Json.object().put("model", name);
        ArrayNode embeddings = answer.putArray("embeddings");
        if (!texts.isEmpty()) {
            exchange.pause(options.timeToFirstToken());
            texts.forEach(text -> embeddings.add(numbers(vector(model.get(), text))));
            long tokens = count(texts);
            exchange.evaluated(tokens);
            answer.put("total_duration", System.nanoTime() - begun);
            answer.put("load_duration", load.toNanos());
            answer.put("prompt_eval_count", tokens);
        }
        JsonBody.PLAIN.answer(exchange, 200, answer);
    }

    /** {@code /api/embeddings}, the older form: one vector and no figures at all. */
    void embeddings(Exchange exchange) throws ClientGone {
        Optional<JsonNode> request = RequestType.EMBEDDINGS.read(exchange, OllamaError::invalid);
        if (request.isEmpty()) {
            return;
        }
        if (Json.string(request.get(), "model").isEmpty()) {
            OllamaError.invalid(exchange, Generator.NO_MODEL);
            return;
        }
        String prompt = Json.string(request.get(), "prompt");
        Optional<EngineModel> model = model(exchange, Json.string(request.get(), "model"), OllamaError::answer);
        if (model.isEmpty()) {
            return;
        }
        loader.load(model.get(), exchange);
        ObjectNode answer = Json.object();
        if (prompt.isEmpty()) {
            answer.putArray("embedding");
        } else {
            exchange.pause(options.timeToFirstToken());
            exchange.evaluated(count(List.of(prompt)));
            answer.set("embedding", numbers(vector(model.get(), prompt)));
        }
        JsonBody.PLAIN.answer(exchange, 200, answer);
    }

    /** {@code /v1/embeddings}. */
    void openAi(Exchange exchange) throws ClientGone {
        Optional<JsonNode> request = RequestType.OPENAI_EMBED.read(exchange, OpenAiError::invalid);
        if (request.isEmpty()) {
            return;
        }
        String name = Json.string(request.get(), "model");
        JsonNode input = request.get().path("input");
        List<String> texts = texts(input);
        if (texts == null) {
            OpenAiError.answer(exchange, 400, "invalid input type");
            return;
        }
        if (texts.isEmpty() && !input.isString()) {
            OpenAiError.invalid(exchange, "invalid input");
            return;
        }
        Optional<EngineModel> model = model(exchange, name, OpenAiError::answer);
        if (model.isEmpty()) {
            return;
        }
        loader.load(model.get(), exchange);
        if (texts.isEmpty() || texts.contains("")) {
            OpenAiError.answer(exchange, 500, NO_INPUT);
            return;
        }
        exchange.pause(options.timeToFirstToken());
        boolean base64 = Json.string(request.get(), "encoding_format").equals("base64");
        ObjectNode answer = Json.object().put("object", "list");
        ArrayNode entries = answer.putArray("data");
        for (int i = 0; i < texts.size(); i++) {
            float[] vector = vector(model.get(), texts.get(i));
            ObjectNode entry = entries.addObject().put("object", "embedding");
            if (base64) {
                entry.put("embedding", base64(vector));
            } else {
                entry.set("embedding", numbers(vector));
            }
            entry.put("index", i);
        }
        long tokens = count(texts);
        exchange.evaluated(tokens);
        answer.put("model", name);
        answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        JsonBody.TRANSLATED.answer(exchange, 200, answer);
    }

    private Optional<EngineModel> model(Exchange exchange, String name, ErrorForm errors) throws ClientGone {
        if (name.isEmpty()) {
            errors.answer(exchange, 500, "unqualified name: registry.ollama.ai/library/!MISSING!:latest");
            return Optional.empty();
        }
        exchange.asksFor(name);
        Optional<EngineModel> found = options.store().find(name);
        if (found.isEmpty()) {
            errors.answer(exchange, 404, "model \"" + name + "\" not found, try pulling it first");
        }
        return found;
    }

    /** The texts to embed; null if the input is of no allowed kind. */
    private static @Nullable List<String> texts(JsonNode input) {
        if (input.isMissingNode() || input.isNull()) {
            return List.of();
        }
        if (input.isString()) {
            return input.stringValue().isEmpty() ? List.of() : List.of(input.stringValue());
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode text : input) {
            if (!text.isString()) {
                return null;
            }
            texts.add(text.stringValue());
        }
        return input.isArray() ? texts : null;
    }

    private static long count(List<String> texts) {
        return texts.stream().mapToLong(text -> Math.max(1, Pieces.count(text))).sum();
    }

    private static float[] vector(EngineModel model, String text) {
        SplittableRandom random = new SplittableRandom(Digest.seed(model.name() + "\n" + text));
        float[] vector = new float[model.embeddingLength()];
        double square = 0;
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextDouble(-1, 1);
            square += vector[i] * vector[i];
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / Math.sqrt(square));
        }
        return vector;
    }

    private static ArrayNode numbers(float[] vector) {
        ArrayNode numbers = Json.array();
        for (float value : vector) {
            numbers.add(value);
        }
        return numbers;
    }

    /** Little-endian 32-bit floats, as OpenAI's clients expect them. */
    private static String base64(float[] vector) {
        ByteBuffer buffer = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : vector) {
            buffer.putFloat(value);
        }
        return Base64.getEncoder().encodeToString(buffer.array());
    }
}
