// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Ollama's own generation: {@code /api/generate} and {@code /api/chat}, streamed unless the caller says otherwise. */
final class OllamaCalls {

    /** One JSON object per line. */
    static final String NDJSON = "application/x-ndjson";

    private final Generator generator;
    private final Clock clock;

    OllamaCalls(Generator generator, Clock clock) {
        this.generator = generator;
        this.clock = clock;
    }

    void generate(Exchange exchange) throws ClientGone {
        Optional<JsonNode> body = RequestType.GENERATE.read(exchange, OllamaError::invalid);
        if (body.isEmpty()) {
            return;
        }
        JsonNode request = body.get();
        Conversation conversation = new Conversation();
        String prompt = Json.string(request, "prompt");
        if (!Json.string(request, "system").isEmpty()) {
            conversation.add("system", request.path("system"));
        }
        if (!prompt.isEmpty()) {
            conversation.add("user", prompt);
            conversation.addImages(request.path("images").size());
        }
        run(
                exchange,
                request,
                conversation,
                prompt.isEmpty(),
                new OllamaForm(Json.string(request, "model"), clock, false, !Json.flag(request, "raw", false)));
    }

    void chat(Exchange exchange) throws ClientGone {
        Optional<JsonNode> body = RequestType.CHAT.read(exchange, OllamaError::invalid);
        if (body.isEmpty()) {
            return;
        }
        JsonNode request = body.get();
        Conversation conversation = new Conversation();
        conversation.declare(request.path("tools"));
        conversation.addAll(request.path("messages"));
        boolean empty = request.path("messages").isEmpty();
        run(exchange, request, conversation, empty, new OllamaForm(Json.string(request, "model"), clock, true, false));
    }

    private void run(Exchange exchange, JsonNode request, Conversation conversation, boolean empty, OllamaForm form)
            throws ClientGone {
        String verb = form.isChat() ? "chat" : "generate";
        Optional<EngineModel> model =
                generator.model(exchange, Json.string(request, "model"), verb, OllamaError::answer);
        if (model.isEmpty()) {
            return;
        }
        if (empty) {
            JsonNode keepAlive = request.path("keep_alive");
            boolean unload = (keepAlive.isNumber() && keepAlive.intValue() == 0)
                    || (keepAlive.isString() && keepAlive.stringValue().matches("0[a-z]*"));
            generator.preload(exchange, model.get(), unload);
            JsonBody.PLAIN.answer(exchange, 200, form.loaded(unload ? "unload" : "load"));
            return;
        }
        Ask ask = new Ask(
                Json.string(request, "model"),
                conversation,
                Json.count(request.path("options"), "num_predict", Integer.MAX_VALUE),
                thinks(request.path("think")),
                ToolOffer.all(request.path("tools")),
                false,
                format(request.path("format")));
        if (generator.allowsThinking(exchange, ask, model.get(), OllamaError::answer)) {
            Frames frames = Json.flag(request, "stream", true)
                    ? new OllamaFrames(exchange, form)
                    : new WholeAnswer(exchange, OllamaError::answer, JsonBody.PLAIN, form::whole);
            generator.generate(exchange, ask, model.get(), OllamaError::answer, frames);
        }
    }

    private static @Nullable Boolean thinks(JsonNode think) {
        if (think.isBoolean()) {
            return think.booleanValue();
        }
        return think.isString() ? Boolean.TRUE : null;
    }

    private static @Nullable JsonNode format(JsonNode format) {
        if (format.isObject()) {
            return format;
        }
        return format.isString() && format.stringValue().equals("json") ? Json.anySchema() : null;
    }
}
