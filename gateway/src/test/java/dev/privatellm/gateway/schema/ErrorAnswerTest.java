// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ErrorAnswerTest {
    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST, InvalidRequest, 400, invalid_request_error, , invalid_request_error, false",
        "UNAUTHENTICATED, Unauthenticated, 401, invalid_request_error, invalid_api_key, authentication_error, false",
        "FORBIDDEN, Forbidden, 403, invalid_request_error, permission_denied, permission_error, false",
        "UNKNOWN_MODEL, UnknownModel, 404, invalid_request_error, model_not_found, not_found_error, false",
        "UNKNOWN_PATH, UnknownPath, 404, invalid_request_error, unknown_url, not_found_error, false",
        "BODY_TOO_LARGE, BodyTooLarge, 413, invalid_request_error, , request_too_large, false",
        "RATE_LIMITED, RateLimited, 429, rate_limit_exceeded, rate_limit_exceeded, rate_limit_error, true",
        "BOOTING, Booting, 503, server_error, , overloaded_error, true",
        "QUEUE_FULL, QueueFull, 503, server_error, , overloaded_error, true",
        "ACTIVATION_DEADLINE_EXCEEDED, ActivationDeadlineExceeded, 503, server_error, , overloaded_error, true",
        "NO_CAPACITY, NoCapacity, 503, server_error, , overloaded_error, true",
        "BUDGET_EXCEEDED, BudgetExceeded, 429, insufficient_quota, insufficient_quota, rate_limit_error, false",
        "SLEEPING_BY_POLICY, SleepingByPolicy, 503, server_error, , api_error, false",
        "STALLED, Stalled, 503, server_error, , api_error, false",
        "UNAVAILABLE, Unavailable, 503, server_error, , overloaded_error, true",
        "MACHINE_UNTRUSTED, MachineUntrusted, 503, server_error, , api_error, false",
        "STREAM_INTERRUPTED, StreamInterrupted, 500, server_error, , overloaded_error, ",
        "INTERNAL, Internal, 500, server_error, , api_error, false"
    })
    void saysEveryReasonInEveryDialect(
            Reason reason,
            String word,
            int status,
            String openAiType,
            String code,
            String anthropicType,
            String retry) {
        Failure failure = Failure.of(reason, "what");
        String text = "what (see docs/errors/" + word + ".md)";

        JsonNode openAi = json(ErrorAnswer.of(Dialect.OPENAI, failure, "req_1")).path("error");
        assertThat(openAi.propertyNames()).containsExactly("message", "type", "param", "code");
        assertThat(openAi.path("message").asString()).isEqualTo(text);
        assertThat(openAi.path("type").asString()).isEqualTo(openAiType);
        assertThat(openAi.path("code").asString(null)).isEqualTo(code);

        JsonNode anthropic = json(ErrorAnswer.of(Dialect.ANTHROPIC, failure, "req_1"));
        assertThat(anthropic.path("type").asString()).isEqualTo("error");
        assertThat(anthropic.path("error").path("type").asString()).isEqualTo(anthropicType);
        assertThat(anthropic.path("error").path("message").asString()).isEqualTo(text);
        assertThat(anthropic.path("request_id").asString()).isEqualTo("req_1");

        for (Dialect dialect : Dialect.values()) {
            Answer answer = ErrorAnswer.of(dialect, failure, "req_1");
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.headers().get("x-should-retry")).isEqualTo(retry);
            assertThat(answer.headers()).containsEntry("content-type", "application/json");
        }
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    @DisplayName("C3 an Ollama error is a string, never an object")
    void ollamaErrorIsAString(Reason reason) {
        JsonNode body = json(ErrorAnswer.of(Dialect.OLLAMA, Failure.of(reason, "say \"what\""), "req_1"));
        assertThat(body.propertyNames()).containsExactly("error");
        assertThat(body.path("error").isString()).isTrue();
        assertThat(body.path("error").asString()).startsWith("say \"what\"");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 1, 1000",
        "PT0.4S, 1, 1000",
        "PT2.1S, 3, 2100",
        "PT20S, 20, 20000",
        "PT61S, 55, 55000",
        "PT2H, 55, 55000"
    })
    @DisplayName("C2 no answer asks for more than 55 s of patience")
    void boundsRetryAfter(Duration wait, String seconds, String millis) {
        Map<String, String> headers = ErrorAnswer.of(
                        Dialect.ANTHROPIC, Failure.of(Reason.BOOTING, "booting", wait), "r")
                .headers();
        assertThat(headers).containsEntry("retry-after", seconds).containsEntry("retry-after-ms", millis);
    }

    @Test
    @DisplayName("C2 every retryable answer says when, and no other does")
    void saysWhenExactlyWhereARetryHelps() {
        for (Reason reason : Reason.values()) {
            Map<String, String> headers = ErrorAnswer.of(
                            Dialect.OPENAI, Failure.of(reason, "what", Duration.ofSeconds(5)), "r")
                    .headers();
            boolean retryable = "true".equals(headers.get("x-should-retry"));
            assertThat(headers.containsKey("retry-after")).isEqualTo(retryable);
            assertThat(headers.containsKey("retry-after-ms")).isEqualTo(retryable);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "404 | {\"error\":\"model 'x' not found\"} | UNKNOWN_MODEL | model 'x' not found",
                "400 | {\"error\":{\"message\":\"bad tool\",\"type\":\"x\"}} | INVALID_REQUEST | bad tool",
                "429 | {\"type\":\"error\",\"error\":{\"type\":\"x\",\"message\":\"slow down\"}} | RATE_LIMITED | slow down",
                "503 | server busy | QUEUE_FULL | the engine answered with status 503",
                "500 | {\"error\":{}} | INTERNAL | the engine answered with status 500"
            })
    void readsAnEnginesErrorInAnyShape(int status, String body, Reason reason, String message) {
        Failure failure = EngineError.failure(status, body.getBytes(StandardCharsets.UTF_8));
        assertThat(failure).isEqualTo(Failure.of(reason, message));
    }

    @Test
    void cutsAnEnginesEndlessMessage() {
        byte[] body = ("{\"error\":\"" + "x".repeat(5_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        assertThat(EngineError.failure(500, body).message()).hasSize(1_001).endsWith("…");
    }

    private static JsonNode json(Answer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }
}
