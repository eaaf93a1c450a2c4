// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.time.Clock;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The objects of Ollama's own API: text in {@code response} or in {@code message.content}; figures only in the one that is done. */
final class OllamaForm {

    /** Numbers in the {@code context} of a generate answer; a real engine puts the whole conversation there. */
    private static final int MAX_CONTEXT = 4_096;

    private final String model;
    private final Clock clock;
    private final boolean chat;
    private final boolean context;

    /** @param context whether the answer ends with the conversation as tokens, for the next call */
    OllamaForm(String model, Clock clock, boolean chat, boolean context) {
        this.model = model;
        this.clock = clock;
        this.chat = chat;
        this.context = context;
    }

    boolean isChat() {
        return chat;
    }

    /** One line of a stream. */
    ObjectNode piece(String text, String thinking) {
        return open(text, thinking).put("done", false);
    }

    ObjectNode call(ToolCall call) {
        ObjectNode line = open("", "");
        addCall(line, call);
        return line.put("done", false);
    }

    /** The last line of a stream. */
    ObjectNode end(Outcome outcome) {
        return close(open("", ""), outcome);
    }

    /** The answer that is not streamed. */
    JsonNode whole(WholeAnswer answer, Outcome outcome) {
        ObjectNode body = open(answer.text(), answer.thinking());
        ToolCall call = answer.toolCall();
        if (call != null) {
            addCall(body, call);
        }
        return close(body, outcome);
    }

    /** Answer to an empty prompt: {@code load} or {@code unload}, without figures. */
    JsonNode loaded(String reason) {
        return open("", "").put("done", true).put("done_reason", reason);
    }

    private ObjectNode open(String text, String thinking) {
        ObjectNode object = Json.object();
        object.put("model", model);
        object.put("created_at", clock.instant().toString());
        ObjectNode inner = object;
        if (chat) {
            inner = object.putObject("message");
            inner.put("role", "assistant");
        }
        inner.put(chat ? "content" : "response", text);
        if (!thinking.isEmpty()) {
            inner.put("thinking", thinking);
        }
        return object;
    }

    private void addCall(ObjectNode object, ToolCall call) {
        ObjectNode inner = chat ? (ObjectNode) object.path("message") : object;
        ObjectNode entry = inner.putArray("tool_calls").addObject();
        entry.put("id", call.id());
        ObjectNode function = entry.putObject("function");
        function.put("index", 0);
        function.put("name", call.name());
        function.set("arguments", call.arguments());
    }

    private ObjectNode close(ObjectNode object, Outcome outcome) {
        object.put("done", true);
        object.put("done_reason", outcome.reason());
        if (context) {
            ArrayNode tokens = object.putArray("context");
            for (long i = 1; i <= Math.min(MAX_CONTEXT, outcome.total()); i++) {
                tokens.add(i);
            }
        }
        Duration total = outcome.load().plus(outcome.evaluation()).plus(outcome.generation());
        object.put("total_duration", total.toNanos());
        object.put("load_duration", outcome.load().toNanos());
        object.put("prompt_eval_count", outcome.input());
        object.put("prompt_eval_cached_count", outcome.cached());
        object.put("prompt_eval_duration", Math.max(1, outcome.evaluation().toNanos()));
        object.put("eval_count", outcome.output());
        return object.put("eval_duration", outcome.generation().toNanos());
    }
}
