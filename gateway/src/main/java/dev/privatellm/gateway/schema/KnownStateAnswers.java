// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Answers to read calls from what is known, without asking or waking a machine. */
public final class KnownStateAnswers {
    /** What {@code /api/version} says; clients demand at least 0.6.4 (VS Code), and the shapes here are those of this version. */
    static final String OLLAMA_VERSION = "0.17.4";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String LATEST = ":latest";

    private KnownStateAnswers() {}

    /**
     * Answers a call of class {@link PathClass#READ}. To a HEAD the sender leaves the body out.
     *
     * @param call which one
     * @param asked the model that an {@code /api/show} body names ({@link RequestReader#readModel}); that of {@code /v1/models/{model}} is in the call
     * @param models all that the caller may know of
     * @param requestId named in errors of Anthropic's shape
     * @throws IllegalArgumentException for a call of another class
     */
    public static Answer of(Call call, Optional<String> asked, List<KnownModel> models, String requestId) {
        return switch (call.endpoint()) {
            case OLLAMA_ROOT -> text("Ollama is running");
            case OLLAMA_VERSION -> json(object().put("version", OLLAMA_VERSION));
            case OLLAMA_STATUS -> json(status());
            case OLLAMA_TAGS -> json(list(models.stream().map(OllamaShapes::tag).toList()));
            case OLLAMA_PS ->
                json(list(models.stream()
                        .filter(KnownModel::loaded)
                        .map(OllamaShapes::running)
                        .toList()));
            case OLLAMA_ME, OLLAMA_SIGNOUT -> json(JsonNodeFactory.instance.nullNode());
            case MODELS -> json(ModelLists.list(call.dialect(), models));
            case OLLAMA_SHOW, MODEL ->
                one(call, call.pathModel().or(() -> asked).orElse(""), models, requestId);
            case MESSAGES_COUNT_TOKENS, RESPONSES_INPUT_TOKENS ->
                error(call, Failure.of(Reason.UNKNOWN_PATH, "tokens cannot be counted ahead here"), requestId);
            case OLLAMA_GENERATE,
                    OLLAMA_CHAT,
                    OLLAMA_EMBED,
                    OLLAMA_EMBEDDINGS,
                    CHAT_COMPLETIONS,
                    COMPLETIONS,
                    EMBEDDINGS,
                    RESPONSES,
                    MESSAGES,
                    OLLAMA_PULL,
                    OLLAMA_PUSH,
                    OLLAMA_CREATE,
                    OLLAMA_COPY,
                    OLLAMA_DELETE,
                    OLLAMA_BLOB,
                    OLLAMA_EXPERIMENTAL,
                    LIVEZ,
                    READYZ,
                    HEALTH,
                    METRICS,
                    STATUS,
                    LLMS_TXT,
                    NONE -> throw new IllegalArgumentException(call.endpoint() + " (expected: a read call)");
        };
    }

    /**
     * Answers a call that unloads a model, if its machine sleeps: there is nothing to unload, which is what an engine calls a success.
     *
     * @param endpoint {@link Endpoint#OLLAMA_GENERATE} or {@link Endpoint#OLLAMA_CHAT}
     * @param model as the caller named it
     */
    public static Answer unloaded(Endpoint endpoint, String model, Instant now) {
        return json(OllamaShapes.unloaded(endpoint, model, now));
    }

    private static Answer one(Call call, String name, List<KnownModel> models, String requestId) {
        Optional<KnownModel> found = models.stream()
                .filter(model -> model.name().equals(name)
                        || model.name().equals(name + LATEST)
                        || name.equals(model.name() + LATEST))
                .findFirst();
        if (found.isEmpty()) {
            List<String> names = models.stream().map(KnownModel::name).toList();
            return error(call, NearestNames.failure(name, names), requestId);
        }
        return json(
                call.endpoint() == Endpoint.MODEL
                        ? ModelLists.one(call.dialect(), found.get())
                        : OllamaShapes.show(found.get()));
    }

    private static ObjectNode status() {
        ObjectNode status = object();
        status.putObject("cloud").put("disabled", true).put("source", "env");
        return status;
    }

    private static ObjectNode list(List<ObjectNode> shapes) {
        ObjectNode list = object();
        ArrayNode models = list.putArray("models");
        shapes.forEach(models::add);
        return list;
    }

    private static Answer error(Call call, Failure failure, String requestId) {
        return ErrorAnswer.of(call.dialect(), failure, requestId);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static Answer json(JsonNode body) {
        return new Answer(200, Map.of("content-type", "application/json; charset=utf-8"), JSON.writeValueAsBytes(body));
    }

    private static Answer text(String body) {
        return new Answer(
                200, Map.of("content-type", "text/plain; charset=utf-8"), body.getBytes(StandardCharsets.UTF_8));
    }
}
