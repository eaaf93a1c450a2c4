// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's {@code /v1/messages}, not streamed unless the caller says so. */
final class MessagesCalls {

    private final Generator generator;

    MessagesCalls(Generator generator) {
        this.generator = generator;
    }

    void messages(Exchange exchange) throws ClientGone {
        Optional<JsonNode> body = RequestType.MESSAGES.read(exchange, MessagesCalls::invalid);
        if (body.isEmpty()) {
            return;
        }
        JsonNode request = body.get();
        if (Json.string(request, "model").isEmpty()) {
            invalid(exchange, "model is required");
            return;
        }
        int limit = Json.count(request, "max_tokens", 0);
        if (limit == 0) {
            invalid(exchange, "max_tokens is required and must be positive");
            return;
        }
        if (request.path("messages").isEmpty()) {
            invalid(exchange, "messages is required");
            return;
        }
        Optional<String> offence = OpenAiCalls.contentOffence(request.path("messages"));
        if (offence.isPresent()) {
            invalid(exchange, offence.get());
            return;
        }
        run(exchange, request, limit);
    }

    private void run(Exchange exchange, JsonNode request, int limit) throws ClientGone {
        Conversation conversation = new Conversation();
        if (request.has("system")) {
            conversation.add("system", request.path("system"));
        }
        conversation.declare(request.path("tools"));
        conversation.addAll(request.path("messages"));
        String name = Json.string(request, "model");
        Optional<EngineModel> model = generator.model(exchange, name, "chat", MessagesCalls::error);
        if (model.isEmpty()) {
            return;
        }
        String choice = Json.string(request.path("tool_choice"), "type");
        Ask ask = new Ask(
                name,
                conversation,
                limit,
                thinks(request.path("thinking"), model.get()),
                ToolOffer.all(request.path("tools")),
                choice.equals("any") || choice.equals("tool"),
                null);
        MessagesForm form = new MessagesForm(name, "msg_" + id(conversation.text()));
        Frames frames = Json.flag(request, "stream", false)
                ? new MessagesFrames(exchange, form, estimate(request))
                : new WholeAnswer(exchange, MessagesCalls::error, JsonBody.TRANSLATED, form::whole);
        generator.generate(exchange, ask, model.get(), MessagesCalls::error, frames);
    }

    /** A model that cannot think is not asked to: coding agents of this API always ask. */
    private static @Nullable Boolean thinks(JsonNode thinking, EngineModel model) {
        return switch (Json.string(thinking, "type")) {
            case "enabled", "adaptive" -> model.thinks();
            case "disabled" -> Boolean.FALSE;
            default -> null;
        };
    }

    /** A refusal by the engine behind the route. */
    static void error(Exchange exchange, int status, String message) throws ClientGone {
        JsonBody.TRANSLATED.answer(exchange, status, errorBody(status, message));
    }

    /** A refusal by the route itself. */
    private static void invalid(Exchange exchange, String message) throws ClientGone {
        JsonBody.PLAIN.answer(exchange, 400, errorBody(400, message));
    }

    private static JsonNode errorBody(int status, String message) {
        ObjectNode answer = Json.object().put("type", "error");
        ObjectNode error = answer.putObject("error");
        error.put("type", errorType(status));
        error.put("message", message);
        answer.put("request_id", "req_" + id(message));
        return answer;
    }

    private static String errorType(int status) {
        return switch (status) {
            case 400 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            case 503, 529 -> "overloaded_error";
            default -> "api_error";
        };
    }

    private static String id(String text) {
        return Digest.sha256Hex(text).substring(0, 24);
    }

    /** Input tokens as Ollama guesses them before the prompt is evaluated: bytes of roles, texts and tools, divided by four, images not counted. */
    static long estimate(JsonNode request) {
        long bytes = content(request.path("system"));
        for (JsonNode message : request.path("messages")) {
            bytes += bytes(Json.string(message, "role")) + content(message.path("content"));
        }
        for (JsonNode tool : request.path("tools")) {
            bytes += bytes(Json.string(tool, "name"))
                    + bytes(Json.string(tool, "description"))
                    + bytes(tool.has("input_schema") ? Json.text(tool.path("input_schema")) : "");
        }
        return Math.max(1, bytes / 4);
    }

    private static long content(JsonNode content) {
        if (content.isString()) {
            return bytes(content.stringValue());
        }
        long bytes = 0;
        for (JsonNode block : content) {
            String type = Json.string(block, "type");
            bytes += bytes(Json.string(block, "text")) + bytes(Json.string(block, "thinking"));
            if (type.equals("tool_use") || type.equals("tool_result")) {
                bytes += bytes(Json.text(block));
            }
        }
        return bytes;
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
