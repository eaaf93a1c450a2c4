// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a call failed: part of the API. Each has a page {@code docs/errors/<word>.md}, to which every message leads. */
public enum Reason {
    INVALID_REQUEST("InvalidRequest", 400, "invalid_request_error", null, "invalid_request_error", Retry.NO),
    UNAUTHENTICATED(
            "Unauthenticated", 401, "invalid_request_error", "invalid_api_key", "authentication_error", Retry.NO),
    FORBIDDEN("Forbidden", 403, "invalid_request_error", "permission_denied", "permission_error", Retry.NO),
    UNKNOWN_MODEL("UnknownModel", 404, "invalid_request_error", "model_not_found", "not_found_error", Retry.NO),
    UNKNOWN_PATH("UnknownPath", 404, "invalid_request_error", "unknown_url", "not_found_error", Retry.NO),
    BODY_TOO_LARGE("BodyTooLarge", 413, "invalid_request_error", null, "request_too_large", Retry.NO),
    RATE_LIMITED("RateLimited", 429, "rate_limit_exceeded", "rate_limit_exceeded", "rate_limit_error", Retry.LATER),
    BOOTING("Booting", 503, "server_error", null, "overloaded_error", Retry.LATER),
    QUEUE_FULL("QueueFull", 503, "server_error", null, "overloaded_error", Retry.LATER),
    ACTIVATION_DEADLINE_EXCEEDED(
            "ActivationDeadlineExceeded", 503, "server_error", null, "overloaded_error", Retry.LATER),
    NO_CAPACITY("NoCapacity", 503, "server_error", null, "overloaded_error", Retry.LATER),
    BUDGET_EXCEEDED("BudgetExceeded", 429, "insufficient_quota", "insufficient_quota", "rate_limit_error", Retry.NO),
    SLEEPING_BY_POLICY("SleepingByPolicy", 503, "server_error", null, "api_error", Retry.NO),
    STALLED("Stalled", 503, "server_error", null, "api_error", Retry.NO),
    /** The machine went away before it answered; whether it had begun is not known. */
    UNAVAILABLE("Unavailable", 503, "server_error", null, "overloaded_error", Retry.LATER),
    /** Chain, name or pin of the machine is wrong; nothing was sent to it. */
    MACHINE_UNTRUSTED("MachineUntrusted", 503, "server_error", null, "api_error", Retry.NO),
    /** After the first byte; only ever phrased inside a stream. */
    STREAM_INTERRUPTED("StreamInterrupted", 500, "server_error", null, "overloaded_error", Retry.UNSAID),
    /** Our own fault; no details leave. */
    INTERNAL("Internal", 500, "server_error", null, "api_error", Retry.NO);

    private final String word;
    private final int status;
    private final String openAiType;
    private final Optional<String> openAiCode;
    private final String anthropicType;
    private final Retry retry;

    Reason(String word, int status, String openAiType, @Nullable String openAiCode, String anthropicType, Retry retry) {
        this.word = word;
        this.status = status;
        this.openAiType = openAiType;
        this.openAiCode = Optional.ofNullable(openAiCode);
        this.anthropicType = anthropicType;
        this.retry = retry;
    }

    /** The reason as it is written everywhere, one CamelCase word. */
    public String word() {
        return word;
    }

    /** The HTTP status of a whole answer. */
    public int status() {
        return status;
    }

    /** {@code error.type} in OpenAI's shape. */
    public String openAiType() {
        return openAiType;
    }

    /** {@code error.code} in OpenAI's shape. */
    public Optional<String> openAiCode() {
        return openAiCode;
    }

    /** {@code error.type} in Anthropic's shape. */
    public String anthropicType() {
        return anthropicType;
    }

    /** The value of {@code x-should-retry}, which the OpenAI and Anthropic SDKs obey; empty if it is not sent. */
    public Optional<Boolean> shouldRetry() {
        return retry == Retry.UNSAID ? Optional.empty() : Optional.of(retry == Retry.LATER);
    }

    /** Whether an answer carries {@code Retry-After}. */
    public boolean tellsWhen() {
        return retry == Retry.LATER;
    }

    /** The page of this reason, relative to the root of the documentation's repository. */
    public String page() {
        return "docs/errors/" + word + ".md";
    }

    /** What an engine's own error status means to a caller who was promised a stream. */
    public static Reason ofEngineStatus(int status) {
        return switch (status) {
            case 400, 422 -> INVALID_REQUEST;
            case 404 -> UNKNOWN_MODEL;
            case 413 -> BODY_TOO_LARGE;
            case 429 -> RATE_LIMITED;
            case 503 -> QUEUE_FULL;
            default -> INTERNAL;
        };
    }

    @Override
    public String toString() {
        return word;
    }

    private enum Retry {
        NO,
        LATER,
        UNSAID
    }
}
