// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

import dev.privatellm.lab.gcp.http.HttpReply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/**
 * A refusal in the form of Google's APIs (AIP-193, and the older {@code errors[]} that Compute Engine goes on to send).
 */
public final class ApiError extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int code;
    private final String status;
    private final String reason;

    private final transient Map<String, String> metadata;
    private final int retryAfterSeconds;

    private ApiError(int code, String status, String reason, String message) {
        this(code, status, reason, message, Map.of(), 0);
    }

    private ApiError(
            int code,
            String status,
            String reason,
            String message,
            Map<String, String> metadata,
            int retryAfterSeconds) {
        super(message, null, false, false);
        this.code = code;
        this.status = status;
        this.reason = reason;
        this.metadata = metadata;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** A call of an API that the project has not enabled. */
    public static ApiError disabled(String api, long projectNumber, String message) {
        return new ApiError(
                403,
                "PERMISSION_DENIED",
                "SERVICE_DISABLED",
                message,
                Map.of("service", api, "consumer", "projects/" + projectNumber),
                0);
    }

    /** A call in a project that does not exist, or that the caller may not know of. */
    public static ApiError consumerInvalid(String project) {
        return new ApiError(
                403,
                "PERMISSION_DENIED",
                "CONSUMER_INVALID",
                "Permission denied on resource project %s.".formatted(project),
                Map.of("consumer", "projects/" + project),
                0);
    }

    /** An error whose canonical status follows from its HTTP code. */
    public static ApiError of(int code, String reason, String message) {
        return new ApiError(code, status(code), reason, message);
    }

    public static ApiError invalid(String message) {
        return new ApiError(400, "INVALID_ARGUMENT", "invalid", message);
    }

    /** A value that a Compute Engine field cannot have. */
    public static ApiError invalidField(String field, String value, String why) {
        return invalid("Invalid value for field '%s': '%s'. %s".formatted(field, value, why));
    }

    public static ApiError failedPrecondition(String message) {
        return new ApiError(400, "FAILED_PRECONDITION", "failedPrecondition", message);
    }

    public static ApiError notFound(String resource) {
        return of(404, "notFound", "The resource '%s' was not found".formatted(resource));
    }

    public static ApiError alreadyExists(String resource) {
        return exists("The resource '%s' already exists".formatted(resource));
    }

    /** The same in the words of another service. */
    public static ApiError exists(String message) {
        return new ApiError(409, "ALREADY_EXISTS", "alreadyExists", message);
    }

    /** A Compute Engine resource that stays because another needs it. */
    public static ApiError inUse(String kind, String resource, String user) {
        return of(
                400,
                "resourceInUseByAnotherResource",
                "The %s resource '%s' is already being used by '%s'".formatted(kind, resource, user));
    }

    public static ApiError forbidden(String permission, String resource) {
        return of(403, "forbidden", "Required '%s' permission for '%s'".formatted(permission, resource));
    }

    /** The same with the time that its caller is asked to wait (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3); 0: none is named. */
    ApiError after(int seconds) {
        return new ApiError(code, status, reason, Objects.requireNonNullElse(getMessage(), ""), metadata, seconds);
    }

    /** The answer. */
    HttpReply reply() {
        HttpReply reply = HttpReply.json(code, json());
        return retryAfterSeconds == 0 ? reply : reply.with("Retry-After", String.valueOf(retryAfterSeconds));
    }

    /** HTTP status. */
    public int code() {
        return code;
    }

    /** Short word such as {@code resourceNotReady}. */
    public String reason() {
        return reason;
    }

    /** Canonical word such as {@code NOT_FOUND}. */
    public String status() {
        return status;
    }

    /** The whole body. */
    public String json() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", getMessage());
        error.put("status", status);
        error.put("errors", List.of(Map.of("message", getMessage(), "domain", "global", "reason", reason)));
        error.put(
                "details",
                List.of(Map.of(
                        "@type",
                        "type.googleapis.com/google.rpc.ErrorInfo",
                        "reason",
                        reason,
                        "domain",
                        "googleapis.com",
                        "metadata",
                        metadata)));
        return JsonMapper.shared().writeValueAsString(Map.of("error", error));
    }

    private static String status(int code) {
        return switch (code) {
            case 400 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 409 -> "ABORTED";
            case 412 -> "FAILED_PRECONDITION";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 500 -> "INTERNAL";
            case 501 -> "UNIMPLEMENTED";
            case 503 -> "UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> "UNKNOWN";
        };
    }
}
