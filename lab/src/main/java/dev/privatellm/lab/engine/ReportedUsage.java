// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The counts that a finished answer reports, read at leisure from the whole of it. Whatever its dialect, an answer is a sequence of JSON documents: one,
 * one per line, or one per {@code data:} line. Each that carries a usage replaces the fields it has; the last word counts. Anthropic's
 * {@code message_start} is left out, since Ollama only estimates there.
 *
 * @param input tokens of the prompt, those from a cache included; null if not reported
 * @param output tokens generated; null if not reported
 */
record ReportedUsage(@Nullable Long input, @Nullable Long output) {

    private static final ReportedUsage NOTHING = new ReportedUsage(null, null);

    static ReportedUsage in(byte[] answer) {
        JsonNode whole = Json.parse(answer).orElse(null);
        if (whole != null && whole.isObject()) {
            return NOTHING.then(whole);
        }
        ReportedUsage usage = NOTHING;
        for (String line : new String(answer, StandardCharsets.UTF_8).lines().toList()) {
            String document = line.startsWith("data:") ? line.substring("data:".length()) : line;
            JsonNode node =
                    Json.parse(document.getBytes(StandardCharsets.UTF_8)).orElse(null);
            if (node != null && node.isObject()) {
                usage = usage.then(node);
            }
        }
        return usage;
    }

    private ReportedUsage then(JsonNode document) {
        ReportedUsage usage = replacedBy(number(document, "prompt_eval_count"), number(document, "eval_count"));
        usage = usage.thenOf(document.path("usage"));
        return usage.thenOf(document.path("response").path("usage"));
    }

    private ReportedUsage thenOf(JsonNode usage) {
        Long fresh = number(usage, "input_tokens");
        if (fresh != null) {
            fresh += orZero(number(usage, "cache_creation_input_tokens"))
                    + orZero(number(usage, "cache_read_input_tokens"));
        }
        return replacedBy(number(usage, "prompt_tokens"), number(usage, "completion_tokens"))
                .replacedBy(fresh, number(usage, "output_tokens"));
    }

    private ReportedUsage replacedBy(@Nullable Long newInput, @Nullable Long newOutput) {
        return new ReportedUsage(newInput == null ? input : newInput, newOutput == null ? output : newOutput);
    }

    private static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    private static @Nullable Long number(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isIntegralNumber() ? value.longValue() : null;
    }
}
