// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.time.Clock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The objects of {@code /v1/chat/completions}. */
final class ChatForm implements OpenAiForm {

    private final String model;
    private final Clock clock;
    private final String id;

    ChatForm(String model, Clock clock, String id) {
        this.model = model;
        this.clock = clock;
        this.id = id;
    }

    @Override
    public ObjectNode text(String token) {
        return chunk(message(token, "", null), null);
    }

    @Override
    public ObjectNode thinking(String token) {
        return chunk(message("", token, null), null);
    }

    @Override
    public ObjectNode call(ToolCall call) {
        return chunk(message("", "", call), null);
    }

    @Override
    public ObjectNode end(Outcome outcome, boolean called) {
        return chunk(message("", "", null), called ? "tool_calls" : outcome.reason());
    }

    @Override
    public ObjectNode usage(Outcome outcome) {
        ObjectNode chunk = envelope("chat.completion.chunk");
        chunk.putArray("choices");
        chunk.set("usage", OpenAiForm.figures(outcome));
        return chunk;
    }

    @Override
    public boolean repeatsUsage() {
        return false;
    }

    @Override
    public JsonNode whole(WholeAnswer answer, Outcome outcome) {
        ToolCall call = answer.toolCall();
        ObjectNode body = envelope("chat.completion");
        ObjectNode choice = body.putArray("choices").addObject();
        choice.put("index", 0);
        choice.set("message", message(answer.text(), answer.thinking(), call));
        choice.put("finish_reason", call == null ? outcome.reason() : "tool_calls");
        body.set("usage", OpenAiForm.figures(outcome));
        return body;
    }

    private ObjectNode chunk(ObjectNode delta, @Nullable String reason) {
        ObjectNode chunk = envelope("chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject();
        choice.put("index", 0);
        choice.set("delta", delta);
        choice.put("finish_reason", reason);
        return chunk;
    }

    private ObjectNode envelope(String object) {
        return Json.object()
                .put("id", id)
                .put("object", object)
                .put("created", clock.instant().getEpochSecond())
                .put("model", model)
                .put("system_fingerprint", "fp_ollama");
    }

    private static ObjectNode message(String text, String thinking, @Nullable ToolCall call) {
        ObjectNode message = Json.object().put("role", "assistant").put("content", text);
        if (!thinking.isEmpty()) {
            message.put("reasoning", thinking);
        }
        if (call != null) {
            ObjectNode entry = message.putArray("tool_calls").addObject();
            entry.put("id", call.id());
            entry.put("index", 0);
            entry.put("type", "function");
            ObjectNode function = entry.putObject("function");
            function.put("name", call.name());
            function.put("arguments", Json.text(call.arguments()));
        }
        return message;
    }
}
