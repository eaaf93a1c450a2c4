// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.client.http.HttpResponseException;
import com.google.cloud.compute.v1.ErrorDetails;
import com.google.cloud.compute.v1.Errors;
import com.google.cloud.compute.v1.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Google said went wrong, whichever of its tongues it used: the old JSON errors of Compute Engine ({@code errors[].reason}, camel case), the
 * newer {@code status} and {@code ErrorInfo} of all services (<a href="https://google.aip.dev/193">AIP-193</a>), the error list of an
 * operation, or what a token server says (<a href="https://www.rfc-editor.org/rfc/rfc6749#section-5.2">RFC 6749, 5.2</a>).
 *
 * @param httpStatus status of the answer; 0 for an operation that names codes
 * @param code the most specific word, verbatim
 * @param words all words said, in upper snake case and without {@code _WITH_DETAILS}, for comparing
 * @param message the text for people, verbatim
 * @param permission the missing permission, where it is named
 * @param api the service that is not enabled, such as {@code compute.googleapis.com}, where it is named
 * @param retryAfter how long we are asked to wait
 */
record GoogleError(
        int httpStatus,
        String code,
        List<String> words,
        String message,
        Optional<String> permission,
        Optional<String> api,
        Optional<Duration> retryAfter) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern CAMEL_HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
    private static final Pattern DETAILS_SUFFIX = Pattern.compile("_WITH_DETAILS$");

    /** "Required 'compute.instances.create' permission for …" and "Permission 'secretmanager.versions.add' denied for …", quotes optional. */
    private static final Pattern PERMISSION =
            Pattern.compile("(?i)\\b(?:required|permission) '?([a-z]+(?:\\.[a-z0-9]+){2,})'?");

    static GoogleError of(HttpResponseException answer) {
        String reason = Optional.ofNullable(answer.getStatusMessage()).orElse("");
        String status = "HTTP %d %s".formatted(answer.getStatusCode(), reason).strip();
        return of(
                answer.getStatusCode(),
                error(answer.getContent()),
                whole(answer.getContent()).path("error_description").asString(status),
                retryAfter(answer.getHeaders().getRetryAfter()));
    }

    /** The error of an operation that names no codes but gRPC's. */
    static GoogleError ofStatus(JsonNode status) {
        return of(0, status, "code %d".formatted(status.path("code").asInt(0)), Optional.empty());
    }

    private static GoogleError of(int status, JsonNode error, String otherwise, Optional<Duration> retryAfter) {
        List<String> said = new ArrayList<>();
        error.path("errors").forEach(e -> add(said, e.path("reason").asString("")));
        error.path("details").forEach(d -> add(said, d.path("reason").asString("")));
        add(said, error.path("status").asString(""));
        add(said, error.isString() ? error.stringValue() : "");
        return of(
                status,
                said,
                error.path("message").asString(otherwise),
                detail(error, "permission"),
                detail(error, "service"),
                retryAfter);
    }

    /** What one of the details says of this. */
    private static String detail(JsonNode error, String name) {
        return error.path("details")
                .valueStream()
                .map(d -> d.path("metadata").path(name).asString(""))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    static GoogleError of(Operation operation) {
        List<Errors> errors = operation.getError().getErrorsList();
        List<String> said = new ArrayList<>();
        errors.forEach(e -> add(said, e.getCode()));
        List<String> texts = errors.stream()
                .flatMap(e -> Stream.concat(
                        Stream.of(e.getMessage()),
                        e.getErrorDetailsList().stream()
                                .map(ErrorDetails::getQuotaInfo)
                                .map(quota -> quota.getMetricName())))
                .filter(text -> !text.isEmpty())
                .toList();
        String message = texts.isEmpty() ? operation.getHttpErrorMessage() : String.join("; ", texts);
        int status = said.isEmpty() ? operation.getHttpErrorStatusCode() : 0;
        return of(status, said, message, "", "", Optional.empty());
    }

    private static GoogleError of(
            int status, List<String> said, String message, String named, String api, Optional<Duration> retryAfter) {
        Matcher inText = PERMISSION.matcher(message);
        Optional<String> permission = named.isEmpty()
                ? (inText.find() ? Optional.of(inText.group(1)) : Optional.empty())
                : Optional.of(named);
        String code = said.isEmpty() ? "HTTP_" + status : said.getFirst();
        return new GoogleError(
                status,
                code,
                said.stream().map(GoogleError::canonical).toList(),
                message,
                permission,
                Optional.of(api).filter(name -> !name.isEmpty()),
                retryAfter);
    }

    /** Whether any of the words was said, in whatever spelling. */
    boolean says(String... anyOf) {
        return Stream.of(anyOf).anyMatch(words::contains);
    }

    boolean textMatches(Pattern pattern) {
        return pattern.matcher(message).find();
    }

    /** The older clients have unwrapped the error already when they report it. */
    private static JsonNode error(@Nullable String body) {
        JsonNode whole = whole(body);
        return whole.path("code").isNumber() ? whole : whole.path("error");
    }

    private static JsonNode whole(@Nullable String body) {
        try {
            return JSON.readTree(body == null ? "" : body);
        } catch (JacksonException e) {
            return JSON.missingNode();
        }
    }

    private static void add(List<String> said, String word) {
        if (!word.isEmpty()) {
            said.add(word);
        }
    }

    private static String canonical(String word) {
        String snake = word.contains("_") ? word : CAMEL_HUMP.matcher(word).replaceAll("_");
        return DETAILS_SUFFIX.matcher(snake.toUpperCase(Locale.ROOT)).replaceAll("");
    }

    /** Only the form in seconds; a date would compare two machines' clocks. */
    private static Optional<Duration> retryAfter(@Nullable String header) {
        return header != null && header.matches("[0-9]{1,6}")
                ? Optional.of(Duration.ofSeconds(Long.parseLong(header)))
                : Optional.empty();
    }
}
