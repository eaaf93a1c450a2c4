// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The objects of Anthropic's API. Cached tokens stand beside the fresh ones, not within them. */
record MessagesForm(String model, String id) {

    JsonNode whole(WholeAnswer answer, Outcome outcome) {
        ToolCall call = answer.toolCall();
        ObjectNode body = open();
        ArrayNode content = (ArrayNode) body.path("content");
        if (!answer.thinking().isEmpty()) {
            content.addObject().put("type", "thinking").put("thinking", answer.thinking());
        }
        if (!answer.text().isEmpty()) {
            content.addObject().put("type", "text").put("text", answer.text());
        }
        if (call != null) {
            ObjectNode block = toolUse(call);
            block.set("input", call.arguments());
            content.add(block);
        }
        body.put("stop_reason", stopReason(outcome, call != null));
        body.set("usage", usage(outcome));
        return body;
    }

    /** The message before anything is said, usage left to the caller. */
    ObjectNode open() {
        ObjectNode message = Json.object()
                .put("id", id)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model);
        message.putArray("content");
        return message;
    }

    static ObjectNode toolUse(ToolCall call) {
        ObjectNode block =
                Json.object().put("type", "tool_use").put("id", call.id()).put("name", call.name());
        block.putObject("input");
        return block;
    }

    static ObjectNode usage(Outcome outcome) {
        ObjectNode usage = Json.object();
        usage.put("input_tokens", outcome.input() - outcome.cached());
        usage.put("output_tokens", outcome.output());
        return usage.put("cache_read_input_tokens", outcome.cached());
    }

    static String stopReason(Outcome outcome, boolean called) {
        if (called) {
            return "tool_use";
        }
        return outcome.reason().equals("length") ? "max_tokens" : "end_turn";
    }
}
