// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.time.Clock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The response object of OpenAI's Responses API and the items in it, with the caller's own settings told back as Ollama does. */
final class ResponsesForm {

    private final JsonNode request;
    private final Clock clock;
    private final int number;

    ResponsesForm(JsonNode request, Clock clock, int number) {
        this.request = request;
        this.clock = clock;
        this.number = number;
    }

    String messageId() {
        return "msg_" + number;
    }

    String reasoningId() {
        return "rs_" + number;
    }

    String callId() {
        return "fc_" + number + "_0";
    }

    JsonNode whole(WholeAnswer answer, Outcome outcome) {
        return completed(answer.thinking(), answer.text(), answer.toolCall(), outcome);
    }

    ObjectNode inProgress() {
        return response("in_progress", Json.array(), null);
    }

    ObjectNode completed(String thinking, String text, @Nullable ToolCall call, Outcome outcome) {
        ArrayNode output = Json.array();
        if (!thinking.isEmpty()) {
            output.add(reasoning(thinking));
        }
        output.add(call == null ? message(text, "completed") : call(call, "completed"));
        return response("completed", output, outcome);
    }

    /** A message item; empty content while it is in progress. */
    ObjectNode message(String text, String status) {
        ObjectNode item = Json.object()
                .put("id", messageId())
                .put("type", "message")
                .put("status", status)
                .put("role", "assistant");
        ArrayNode content = item.putArray("content");
        if (status.equals("completed")) {
            content.add(textPart(text));
        }
        return item;
    }

    static ObjectNode textPart(String text) {
        ObjectNode part = Json.object().put("type", "output_text").put("text", text);
        part.putArray("annotations");
        part.putArray("logprobs");
        return part;
    }

    ObjectNode reasoning(String thinking) {
        ObjectNode item = Json.object().put("id", reasoningId()).put("type", "reasoning");
        ArrayNode summary = item.putArray("summary");
        if (!thinking.isEmpty()) {
            summary.addObject().put("type", "summary_text").put("text", thinking);
            item.put("encrypted_content", thinking);
        }
        return item;
    }

    /** A call item; its arguments are empty while it is in progress. */
    ObjectNode call(ToolCall call, String status) {
        return Json.object()
                .put("id", callId())
                .put("type", "function_call")
                .put("status", status)
                .put("call_id", call.id())
                .put("name", call.name())
                .put("arguments", status.equals("completed") ? Json.text(call.arguments()) : "");
    }

    private ObjectNode response(String status, ArrayNode output, @Nullable Outcome outcome) {
        long now = clock.instant().getEpochSecond();
        ObjectNode response = Json.object();
        response.put("id", "resp_" + number);
        response.put("object", "response");
        response.put("created_at", now);
        response.put("completed_at", outcome == null ? null : Long.valueOf(now));
        response.put("status", status);
        response.putNull("incomplete_details");
        response.put("model", Json.string(request, "model"));
        response.putNull("previous_response_id");
        response.set("instructions", orNull("instructions"));
        response.set("output", output);
        response.putNull("error");
        response.set("tools", tools());
        response.put("tool_choice", "auto");
        response.put("truncation", "disabled");
        response.put("parallel_tool_calls", true);
        response.putObject("text").putObject("format").put("type", "text");
        response.put("top_p", 1);
        response.put("presence_penalty", 0);
        response.put("frequency_penalty", 0);
        response.put("top_logprobs", 0);
        response.put("temperature", 1);
        response.set("reasoning", settings());
        response.set("usage", outcome == null ? Json.nothing() : usage(outcome));
        response.set("max_output_tokens", orNull("max_output_tokens"));
        response.putNull("max_tool_calls");
        response.put("store", false);
        response.put("background", false);
        response.put("service_tier", "default");
        response.putObject("metadata");
        response.putNull("safety_identifier");
        response.putNull("prompt_cache_key");
        return response;
    }

    /** As they were declared, with every setting that a function has. */
    private JsonNode tools() {
        ArrayNode tools = Json.array();
        for (JsonNode tool : request.path("tools")) {
            ObjectNode declared = Json.object().setAll((ObjectNode) tool);
            if (!declared.has("strict")) {
                declared.putNull("strict");
            }
            tools.add(declared);
        }
        return tools;
    }

    private JsonNode orNull(String member) {
        JsonNode value = request.path(member);
        return value.isMissingNode() ? Json.nothing() : value;
    }

    private JsonNode settings() {
        JsonNode reasoning = request.path("reasoning");
        if (!reasoning.isObject()) {
            return Json.nothing();
        }
        ObjectNode settings = Json.object();
        for (String member : new String[] {"effort", "summary"}) {
            settings.set(member, reasoning.has(member) ? reasoning.path(member) : Json.nothing());
        }
        return settings;
    }

    private static ObjectNode usage(Outcome outcome) {
        ObjectNode usage = Json.object();
        usage.put("input_tokens", outcome.input());
        usage.put("output_tokens", outcome.output());
        usage.put("total_tokens", outcome.total());
        usage.putObject("input_tokens_details").put("cached_tokens", outcome.cached());
        usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
        return usage;
    }
}
