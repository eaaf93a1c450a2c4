// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** OpenAI's {@code /v1/chat/completions} and {@code /v1/completions}, not streamed unless the caller says so. */
final class OpenAiCalls {

    private static final Set<String> EFFORTS = Set.of("high", "medium", "low", "none");

    private final Generator generator;
    private final Clock clock;

    OpenAiCalls(Generator generator, Clock clock) {
        this.generator = generator;
        this.clock = clock;
    }

    void chat(Exchange exchange) throws ClientGone {
        Optional<JsonNode> body = RequestType.CHAT_COMPLETION.read(exchange, OpenAiError::invalid);
        if (body.isEmpty()) {
            return;
        }
        JsonNode request = body.get();
        if (request.path("messages").isEmpty()) {
            OpenAiError.invalid(exchange, "[] is too short - 'messages'");
            return;
        }
        Optional<String> offence = offence(request);
        if (offence.isPresent()) {
            OpenAiError.invalid(exchange, offence.get());
            return;
        }
        Conversation conversation = new Conversation();
        conversation.declare(request.path("tools"));
        conversation.addAll(request.path("messages"));
        Ask ask = new Ask(
                Json.string(request, "model"),
                conversation,
                Json.count(request, "max_completion_tokens", Json.count(request, "max_tokens", Integer.MAX_VALUE)),
                thinks(request),
                ToolOffer.all(request.path("tools")),
                mustCall(request.path("tool_choice")),
                format(request.path("response_format")));
        Optional<EngineModel> model = generator.model(exchange, ask.model(), "chat", OpenAiError::answer);
        if (model.isPresent() && generator.allowsThinking(exchange, ask, model.get(), OpenAiError::answer)) {
            run(exchange, request, ask, model.get(), new ChatForm(ask.model(), clock, id("chatcmpl-", ask)));
        }
    }

    void completion(Exchange exchange) throws ClientGone {
        Optional<JsonNode> body = RequestType.COMPLETION.read(exchange, OpenAiError::invalid);
        if (body.isEmpty()) {
            return;
        }
        JsonNode request = body.get();
        Conversation conversation = new Conversation();
        if (!Json.string(request, "prompt").isEmpty()) {
            conversation.add("user", request.path("prompt"));
        }
        Ask ask = new Ask(
                Json.string(request, "model"),
                conversation,
                Json.count(request, "max_tokens", Integer.MAX_VALUE),
                Boolean.FALSE,
                List.of(),
                false,
                null);
        Optional<EngineModel> model = generator.model(exchange, ask.model(), "generate", OpenAiError::answer);
        if (model.isPresent()) {
            run(exchange, request, ask, model.get(), new CompletionForm(ask.model(), clock, id("cmpl-", ask)));
        }
    }

    private void run(Exchange exchange, JsonNode request, Ask ask, EngineModel model, OpenAiForm form)
            throws ClientGone {
        boolean usage = Json.flag(request.path("stream_options"), "include_usage", false);
        Frames frames = Json.flag(request, "stream", false)
                ? new OpenAiFrames(exchange, form, usage)
                : new WholeAnswer(exchange, OpenAiError::answer, JsonBody.TRANSLATED, form::whole);
        generator.generate(exchange, ask, model, OpenAiError::answer, frames);
    }

    private static String id(String prefix, Ask ask) {
        return prefix + Digest.number(ask.conversation().text(), 1_000);
    }

    /** What Ollama cannot translate. */
    private static Optional<String> offence(JsonNode request) {
        Optional<String> content = contentOffence(request.path("messages"));
        String effort = effort(request);
        return content.isPresent() || effort.isEmpty() || EFFORTS.contains(effort)
                ? content
                : Optional.of("invalid reasoning value: '" + effort
                        + "' (must be \"high\", \"medium\", \"low\", or \"none\")");
    }

    /** A content that is neither text nor a list of parts. */
    static Optional<String> contentOffence(JsonNode messages) {
        for (JsonNode message : messages) {
            JsonNode content = message.path("content");
            if (content.isNumber() || content.isBoolean()) {
                return Optional.of("invalid message content type: " + (content.isNumber() ? "float64" : "bool"));
            }
        }
        return Optional.empty();
    }

    private static String effort(JsonNode request) {
        String effort = Json.string(request, "reasoning_effort");
        return effort.isEmpty() ? Json.string(request.path("reasoning"), "effort") : effort;
    }

    private static @Nullable Boolean thinks(JsonNode request) {
        String effort = effort(request);
        return effort.isEmpty() ? null : Boolean.valueOf(!effort.equals("none"));
    }

    static boolean mustCall(JsonNode choice) {
        return choice.isObject() || choice.asString("").equals("required");
    }

    private static @Nullable JsonNode format(JsonNode format) {
        return switch (Json.string(format, "type")) {
            case "json_object" -> Json.anySchema();
            case "json_schema" -> format.path("json_schema").path("schema");
            default -> null;
        };
    }
}
