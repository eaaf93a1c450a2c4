// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** OpenAI's {@code /v1/responses}, without state, not streamed unless the caller says so. */
final class ResponsesCalls {

    private final Generator generator;
    private final Clock clock;

    ResponsesCalls(Generator generator, Clock clock) {
        this.generator = generator;
        this.clock = clock;
    }

    void respond(Exchange exchange) throws ClientGone {
        Optional<JsonNode> body = OpenAiError.request(exchange);
        if (body.isEmpty()) {
            return;
        }
        JsonNode request = body.get();
        String name = Json.string(request, "model");
        Optional<EngineModel> model = generator.model(exchange, name, "chat", OpenAiError::answer);
        if (model.isEmpty()) {
            return;
        }
        Ask ask = new Ask(
                name,
                conversation(request),
                Json.count(request, "max_output_tokens", Integer.MAX_VALUE),
                thinks(request, model.get()),
                ToolOffer.all(request.path("tools")),
                OpenAiCalls.mustCall(request.path("tool_choice")),
                format(request.path("text").path("format")));
        ResponsesForm form = new ResponsesForm(
                request, clock, Digest.number(ask.conversation().text(), 999_999));
        Frames frames = Json.flag(request, "stream", false)
                ? new ResponsesFrames(exchange, form)
                : new WholeAnswer(exchange, OpenAiError::answer, OpenAiError.JSON, form::whole);
        generator.generate(exchange, ask, model.get(), OpenAiError::answer, frames);
    }

    private static Conversation conversation(JsonNode request) {
        Conversation conversation = new Conversation();
        String instructions = Json.string(request, "instructions");
        if (!instructions.isEmpty()) {
            conversation.add("system", instructions);
        }
        conversation.declare(request.path("tools"));
        JsonNode input = request.path("input");
        if (input.isString()) {
            conversation.add("user", input);
        }
        for (JsonNode item : input) {
            switch (Json.string(item, "type")) {
                case "function_call" -> conversation.add("assistant", item.path("arguments"));
                case "function_call_output" -> conversation.add("tool", item.path("output"));
                case "reasoning" -> conversation.add("assistant", item.path("summary"));
                default -> conversation.add(Json.string(item, "role"), item.path("content"));
            }
        }
        return conversation;
    }

    private static @Nullable Boolean thinks(JsonNode request, EngineModel model) {
        return switch (Json.string(request.path("reasoning"), "effort")) {
            case "" -> null;
            case "none" -> Boolean.FALSE;
            default -> model.thinks();
        };
    }

    private static @Nullable JsonNode format(JsonNode format) {
        return switch (Json.string(format, "type")) {
            case "json_object" -> Json.anySchema();
            case "json_schema" -> format.path("schema");
            default -> null;
        };
    }
}
