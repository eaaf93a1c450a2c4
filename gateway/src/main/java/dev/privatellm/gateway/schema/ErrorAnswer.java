// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Failures as whole answers, in the shape that the caller's dialect expects. */
public final class ErrorAnswer {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ErrorAnswer() {}

    /**
     * Phrases a failure as a whole answer: status, body, {@code retry-after} (1 to 55 s), {@code retry-after-ms}, {@code x-should-retry}.
     *
     * @param requestId named in bodies of Anthropic's shape
     */
    public static Answer of(Dialect dialect, Failure failure, String requestId) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/json");
        Reason reason = failure.reason();
        if (reason.tellsWhen()) {
            Duration wait = failure.boundedRetryAfter();
            headers.put("retry-after", Long.toString(wait.plusMillis(999).toSeconds()));
            headers.put("retry-after-ms", Long.toString(wait.toMillis()));
        }
        reason.shouldRetry().ifPresent(retry -> headers.put("x-should-retry", Boolean.toString(retry)));
        return new Answer(reason.status(), headers, body(dialect, failure, requestId));
    }

    /** The body alone: what follows the newline bytes when a failure comes under a 200 that is already committed. */
    public static byte[] body(Dialect dialect, Failure failure, String requestId) {
        return JSON.writeValueAsBytes(shape(dialect, failure, requestId));
    }

    static ObjectNode shape(Dialect dialect, Failure failure, String requestId) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        switch (dialect) {
            case OLLAMA -> root.put("error", failure.text());
            case OPENAI -> {
                ObjectNode error = root.putObject("error");
                error.put("message", failure.text());
                error.put("type", failure.reason().openAiType());
                error.putNull("param");
                error.put("code", failure.reason().openAiCode().orElse(null));
            }
            case ANTHROPIC -> {
                root.put("type", "error");
                ObjectNode error = root.putObject("error");
                error.put("type", failure.reason().anthropicType());
                error.put("message", failure.text());
                root.put("request_id", requestId);
            }
        }
        return root;
    }
}
