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
        Optional<JsonNode> body = RequestType.RESPONSES.read(exchange, OpenAiError::invalid);
        if (body.isEmpty()) {
            return;
        }
        JsonNode request = body.get();
        Optional<String> offence = offence(request.path("input"));
        if (offence.isPresent()) {
            OpenAiError.invalid(exchange, offence.get());
            return;
        }
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
                : new WholeAnswer(exchange, OpenAiError::answer, JsonBody.TRANSLATED, form::whole);
        generator.generate(exchange, ask, model.get(), OpenAiError::answer, frames);
    }

    /** Why Ollama cannot read it, in the words of Go's decoder. */
    private static Optional<String> offence(JsonNode input) {
        if (input.isMissingNode() || input.isNull() || input.isString()) {
            return Optional.empty();
        }
        if (!input.isArray()) {
            return Optional.of(
                    "input must be a string or array: json: cannot unmarshal %s into Go value of type []json.RawMessage"
                            .formatted(RequestType.kind(input)));
        }
        for (int i = 0; i < input.size(); i++) {
            if (!input.path(i).isObject()) {
                return Optional.of(
                        "input[%d]: json: cannot unmarshal %s into Go value of type struct { Type string \"json:\\\"type\\\"\"; Role string \"json:\\\"role\\\"\" }"
                                .formatted(i, RequestType.kind(input.path(i))));
            }
        }
        return Optional.empty();
    }

    private static Conversation conversation(JsonNode request) {
        Conversation conversation = new Conversation();
        String instructions = Json.string(request, "instructions");
        if (!instructions.isEmpty()) {
            conversation.add("system", instructions);
        }
        conversation.declare(request.path("tools"));
        JsonNode input = request.path("input");
        if (input.isString() && !input.stringValue().isEmpty()) {
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
