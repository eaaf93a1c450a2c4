// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.client.http.HttpResponseException;
import com.google.api.gax.rpc.ApiException;
import com.google.auth.Retryable;
import com.google.cloud.compute.v1.Operation;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.CloudFailure.InsufficientCapacity;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Google's errors as {@link CloudFailure}s, the one place where they are read. A call that fails and an operation that finishes with an error pass through
 * the same table, {@link #RULES}: the first row that recognises the error decides. The order matters where Google says two things at once, such as status
 * 403 for a rate limit, or 503 for an exhausted zone.
 *
 * <p>Nothing is concluded from a call that was not answered: it is {@link CloudFailure.Unavailable}, although the client library reports such calls with
 * the invented status 400. What no row recognises is {@link CloudFailure.Unclassified}, verbatim. That includes objections to what a zone offers ("machine
 * type does not exist in zone"): another zone may have it, whereas an objection that names no zone would be raised in all of them.
 */
final class GoogleErrors {
    private static final Pattern ADDRESSES_EXHAUSTED = Pattern.compile("(?i)(address|ip) space.*exhausted");
    private static final Pattern PREEMPTED_WHILE_STARTING = Pattern.compile("(?i)failed to start due to preemption");

    /** IAM says it with the status of a rate that was exceeded: kubeflow/pipelines#1052. It ends when somebody removes an account. */
    private static final Pattern NO_ROOM_FOR_ACCOUNTS = Pattern.compile("(?i)maximum number of service accounts");

    /** Reported by Secret Manager and Cloud KMS: https://cloud.google.com/kms/docs/key-states says what a key may do in which state. */
    private static final Pattern KEY_NOT_ENABLED = Pattern.compile("cryptoKeyVersions/\\d+ is not enabled");

    private static final Pattern WHOLE_PROJECT =
            Pattern.compile("(?i)GPUS_ALL_REGIONS|exceeded\\.\\s+Limit: \\S+ globally");
    private static final Pattern ZONE_CLOSED = Pattern.compile(
            "(?i)location .* (not found or access (is )?unauthorized)|unknown zone|resource 'projects/[^/']+/zones/[^/']+' was not found");
    private static final Pattern DISK_TOO_SMALL =
            Pattern.compile("(?i)disk size .*smaller than the image size|disk.* smaller than .*image");
    private static final Pattern REFERENCE_TO_NOTHING =
            Pattern.compile("(?i)referenced network resource cannot be found");
    private static final Pattern SPEC_NAMES_NOTHING = Pattern.compile(
            "(?i)resource 'projects/[^']*/(networks|images)/[^']*' was not found|resource 'projects/[^/']+' was not found"
                    + "|referenced network resource cannot be found|vpc network .*not found");

    /** A network may lack a subnet in one region only. */
    private static final Pattern REGION_LACKS_SUBNET = Pattern.compile(
            "(?i)resource 'projects/[^']*/subnetworks/[^']*' was not found|referenced subnetwork resource cannot be found|subnet(work)? .*not found");

    /** An organisation's policy, such as one that forbids external addresses, is answered with the status of a failed precondition. */
    private static final Pattern POLICY = Pattern.compile("(?i)constraint constraints/\\S+ violated");

    /** The one of them that a document can obey: a machine without an external address. */
    private static final Pattern EXTERNAL_ADDRESS = Pattern.compile("constraints/compute\\.vmExternalIpAccess");

    /**
     * A project that does not exist is told from one that others have by nobody. Compute Engine, Service Usage and all services behind their front door have
     * words of their own for it: google-gemini/gemini-cli#1808, tensorflow/tpu#859.
     */
    private static final Pattern NO_PROJECT = Pattern.compile(
            "(?i)permission denied on resource project (?<a>[^\\s/]+?)\\.?$|project '(?<b>[^']+)' not found or permission denied"
                    + "|resource 'projects/(?<c>[^/']+)' was not found");

    /** <a href="https://cloud.google.com/docs/quotas/troubleshoot">Troubleshooting</a>: with the reason in newer services, in the text of all. */
    private static final Pattern NO_BILLING = Pattern.compile(
            "(?i)requires billing to be enabled|billing (is|must be|has not been) (disabled|enabled)|billing account .*(closed|disabled|not open)");

    /**
     * Said of an account that was made a moment ago: <a href="https://cloud.google.com/iam/docs/service-accounts-create">creating service accounts</a>. IAM
     * says the first of one that it was asked for itself too, with status 404.
     */
    private static final Pattern MEMBER_UNKNOWN = Pattern.compile("(?i)service account \\S+ does not exist");

    private static final Pattern MACHINES_ACCOUNT_UNKNOWN =
            Pattern.compile("(?i)resource 'projects/[^']*/serviceAccounts/[^']*'.* was not found");

    /**
     * Not our right, as we never encrypt ourselves, but that of the service which keeps our secrets: its grant takes minutes to be heeded
     * (<a href="https://cloud.google.com/iam/docs/access-change-propagation">access change propagation</a>).
     */
    private static final Pattern GRANT_UNKNOWN =
            Pattern.compile("(?i)cloudkms\\.cryptoKeyVersions\\.useTo(En|De)crypt\\S* denied");

    /** The one API that cannot be enabled through itself. */
    private static final String SERVICE_USAGE = "serviceusage.googleapis.com";

    private static final Pattern NAMES_A_ZONE = Pattern.compile("(?i)zone");

    private static final List<Rule> RULES = List.of(
            rule(
                    e -> e.says("ZONE_RESOURCE_POOL_EXHAUSTED", "INSUFFICIENT_CAPACITY", "STOCKOUT"),
                    (e, cause) -> new InsufficientCapacity(
                            e.code(), e.message(), InsufficientCapacity.Scope.OFFERING, cause)),
            rule(
                    e -> e.says("IP_SPACE_EXHAUSTED") || e.textMatches(ADDRESSES_EXHAUSTED),
                    (e, cause) ->
                            new InsufficientCapacity(e.code(), e.message(), InsufficientCapacity.Scope.ZONE, cause)),
            rule(
                    e -> e.says("UNSUPPORTED_OPERATION", "PREEMPTED") || e.textMatches(PREEMPTED_WHILE_STARTING),
                    (e, cause) -> new InsufficientCapacity(
                            e.code(), e.message(), InsufficientCapacity.Scope.OFFERING, cause)),
            rule(
                    e -> e.says("RESOURCE_NOT_READY") || e.textMatches(GRANT_UNKNOWN) || isAccountUnknown(e),
                    (e, cause) -> new CloudFailure.NotReady(e.code(), e.message(), cause)),
            rule(
                    e -> e.says("RESOURCE_IN_USE_BY_ANOTHER_RESOURCE"),
                    (e, cause) -> new CloudFailure.InUse(e.code(), e.message(), cause)),
            rule(
                    e -> e.textMatches(NO_ROOM_FOR_ACCOUNTS),
                    (e, cause) -> new CloudFailure.QuotaExceeded(e.code(), e.message(), true, cause)),
            rule(
                    e -> e.says(
                                    "RESOURCE_OPERATION_RATE_EXCEEDED",
                                    "RATE_LIMIT_EXCEEDED",
                                    "USER_RATE_LIMIT_EXCEEDED",
                                    "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED")
                            || (e.httpStatus() == 429 && !e.says("QUOTA_EXCEEDED")),
                    (e, cause) -> new CloudFailure.Unavailable(e.code(), e.message(), e.retryAfter(), cause)),
            rule(
                    e -> e.says("QUOTA_EXCEEDED"),
                    (e, cause) ->
                            new CloudFailure.QuotaExceeded(e.code(), e.message(), e.textMatches(WHOLE_PROJECT), cause)),
            rule(
                    e -> e.textMatches(ZONE_CLOSED),
                    (e, cause) -> new CloudFailure.ZoneUnavailable(e.code(), e.message(), cause)),
            rule(
                    e -> e.httpStatus() == 401 || e.says("UNAUTHENTICATED", "INVALID_GRANT"),
                    (e, cause) -> new CloudFailure.CredentialsRejected(e.code(), e.message(), cause)),
            rule(
                    e -> e.says("BILLING_DISABLED") || e.textMatches(NO_BILLING),
                    (e, cause) -> new CloudFailure.BillingDisabled(e.code(), e.message(), cause)),
            rule(
                    e -> e.says("SERVICE_DISABLED", "ACCESS_NOT_CONFIGURED"),
                    (e, cause) -> e.api().filter(SERVICE_USAGE::equals).isPresent()
                            ? new CloudFailure.PermissionDenied(e.code(), namingCommand(e), cause)
                            : new CloudFailure.ApiDisabled(e.code(), namingCommand(e), cause)),
            rule(
                    e -> e.httpStatus() == 403
                            || e.textMatches(POLICY)
                            || e.says(
                                    "IAM_PERMISSION_DENIED",
                                    "PERMISSION_DENIED",
                                    "PERMISSIONS_ERROR",
                                    "FORBIDDEN",
                                    "SERVICE_ACCOUNT_ACCESS_DENIED"),
                    (e, cause) -> new CloudFailure.PermissionDenied(e.code(), namingWayOut(e), cause)),
            rule(
                    e -> e.textMatches(KEY_NOT_ENABLED),
                    (e, cause) -> new CloudFailure.KeyDisabled(e.code(), e.message(), cause)),
            rule(
                    e -> e.says("ALREADY_EXISTS", "RESOURCE_ALREADY_EXISTS"),
                    (e, cause) -> new CloudFailure.AlreadyExists(e.code(), e.message(), cause)),
            rule(
                    e -> e.httpStatus() == 412 || e.httpStatus() == 409 || e.says("CONDITION_NOT_MET", "ABORTED"),
                    (e, cause) -> new CloudFailure.Conflict(e.code(), e.message(), cause)),
            rule(
                    e -> e.textMatches(REGION_LACKS_SUBNET),
                    (e, cause) -> new CloudFailure.RegionUnavailable(e.code(), e.message(), cause)),
            rule(
                    e -> e.textMatches(DISK_TOO_SMALL) || e.textMatches(SPEC_NAMES_NOTHING),
                    (e, cause) -> new CloudFailure.InvalidRequest(
                            e.code(), namingProject(e).orElse(e.message()), cause)),
            rule(
                    e -> e.httpStatus() == 404 || e.says("NOT_FOUND", "RESOURCE_NOT_FOUND"),
                    (e, cause) -> new CloudFailure.NotFound(e.code(), e.message(), cause)),
            rule(
                    e -> (e.httpStatus() == 400 || e.httpStatus() == 0)
                            && isObjection(e)
                            && !e.textMatches(NAMES_A_ZONE),
                    (e, cause) -> new CloudFailure.InvalidRequest(e.code(), e.message(), cause)),
            rule(
                    e -> e.httpStatus() >= 500 || e.says("SERVICE_UNAVAILABLE", "UNAVAILABLE"),
                    (e, cause) -> new CloudFailure.Unavailable(e.code(), e.message(), e.retryAfter(), cause)));

    private GoogleErrors() {}

    /** Makes one call and translates whatever it throws. */
    static <T> T calling(Supplier<T> call) {
        try {
            return call.get();
        } catch (ApiException e) {
            throw of(e);
        } catch (RejectedExecutionException e) {
            throw closed(e);
        }
    }

    /**
     * The same for a call that is about something which may be missing: that is {@link CloudFailure.NotFound}, whereas elsewhere a network that is not there
     * is an objection to a request that names it.
     *
     * @param subject end of its path, such as {@code networks/default}
     */
    static <T> T about(String subject, Supplier<T> call) {
        try {
            return calling(call);
        } catch (CloudFailure.InvalidRequest | CloudFailure.RegionUnavailable e) {
            String said = Objects.requireNonNullElse(e.getMessage(), "");
            if (said.contains("/%s' was not found".formatted(subject))
                    || REFERENCE_TO_NOTHING.matcher(said).find()) {
                throw new CloudFailure.NotFound(e.code(), said, e);
            }
            throw e;
        }
    }

    /** The same for a call of one of the older clients. */
    static <T> T calling(RestCalls calls, String service, RestCalls.Call<T> call) {
        try {
            return calls.make(service, call);
        } catch (IOException e) {
            throw of(e);
        } catch (RejectedExecutionException e) {
            throw closed(e);
        }
    }

    static CloudFailure closed(RejectedExecutionException e) {
        return new CloudFailure.Unavailable(
                "CLOSED", "the connection to the cloud has been closed", Optional.empty(), e);
    }

    /** Why a call failed. */
    static CloudFailure of(Exception exception) {
        Optional<HttpResponseException> answer = inChain(exception, HttpResponseException.class);
        Optional<Retryable> authentication = inChain(exception, Retryable.class);
        if (authentication.isPresent()) {
            return ofAuthentication(authentication.get(), answer, exception);
        }
        return answer.map(a -> classify(GoogleError.of(a), exception)).orElseGet(() -> unanswered(exception));
    }

    /** Why a finished operation had no effect. */
    static CloudFailure of(Operation operation) {
        String text = "operation %s (%s of %s) failed: %s"
                .formatted(
                        operation.getName(),
                        operation.getOperationType(),
                        operation.getTargetLink(),
                        operation.getError().getErrorsList());
        return classify(GoogleError.of(operation), new IllegalStateException(text));
    }

    /** Why a finished operation of the services that have one in common had no effect: a {@code google.rpc.Status}. */
    static CloudFailure ofStatus(JsonNode status) {
        return classify(GoogleError.ofStatus(status), new IllegalStateException("operation failed: " + status));
    }

    private static CloudFailure classify(GoogleError error, Throwable cause) {
        return RULES.stream()
                .filter(rule -> rule.applies().test(error))
                .findFirst()
                .map(rule -> rule.failure().apply(error, cause))
                .orElseGet(() -> new CloudFailure.Unclassified(error.code(), error.message(), cause));
    }

    /** No token could be got: refused by the token server, or it could not be reached. */
    private static CloudFailure ofAuthentication(
            Retryable failure, Optional<HttpResponseException> answer, Exception exception) {
        if (failure.isRetryable() || answer.isEmpty()) {
            return unanswered(exception);
        }
        GoogleError error = GoogleError.of(answer.get());
        String message = "the credentials were refused: %s: %s".formatted(error.code(), error.message());
        return new CloudFailure.CredentialsRejected(error.code(), message, exception);
    }

    private static CloudFailure unanswered(Exception exception) {
        Throwable root = chain(exception).reduce((first, second) -> second).orElse(exception);
        String message =
                "no answer from the cloud: %s: %s".formatted(root.getClass().getSimpleName(), root.getMessage());
        return new CloudFailure.Unavailable("NO_ANSWER", message, Optional.empty(), exception);
    }

    private static boolean isAccountUnknown(GoogleError error) {
        return (error.httpStatus() != 404 && error.textMatches(MEMBER_UNKNOWN))
                || error.textMatches(MACHINES_ACCOUNT_UNKNOWN);
    }

    /** Whether the request itself is objected to, as "invalid" is of Compute Engine and {@code FAILED_PRECONDITION} of Secret Manager. */
    private static boolean isObjection(GoogleError error) {
        return error.says("REQUIRED", "BAD_REQUEST", "PARSE_ERROR", "FAILED_PRECONDITION", "OUT_OF_RANGE")
                || error.words().stream().anyMatch(word -> word.startsWith("INVALID"));
    }

    /** Whoever may not enable it by {@code services.enable} reads here what to ask for. */
    private static String namingCommand(GoogleError error) {
        return error.api()
                .map(api -> "%s is not enabled (gcloud services enable %s): %s".formatted(api, api, error.message()))
                .orElse(error.message());
    }

    private static String namingWayOut(GoogleError error) {
        if (error.textMatches(EXTERNAL_ADDRESS)) {
            return "external addresses are forbidden here (spec.network.address: Internal makes a machine without one): "
                    + error.message();
        }
        return namingProject(error).orElseGet(() -> namingPermission(error));
    }

    /** For whoever has misspelt it. The networks may be those of another project, which the document names as well. */
    private static Optional<String> namingProject(GoogleError error) {
        Matcher matcher = NO_PROJECT.matcher(error.message());
        if (!matcher.find()) {
            return Optional.empty();
        }
        String project = Stream.of("a", "b", "c")
                .map(matcher::group)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
        return Optional.of(
                "spec.provider.gcp.projectId or spec.network.hostProjectId: %s (expected: the id of a project that exists and that these credentials may use): %s"
                        .formatted(project, error.message()));
    }

    private static String namingPermission(GoogleError error) {
        return error.permission()
                .map(p -> "missing permission %s: %s".formatted(p, error.message()))
                .orElse(error.message());
    }

    private static <T> Optional<T> inChain(Throwable thrown, Class<T> type) {
        return chain(thrown).filter(type::isInstance).map(type::cast).findFirst();
    }

    private static Stream<Throwable> chain(Throwable thrown) {
        return Stream.iterate(thrown, t -> t != null, Throwable::getCause);
    }

    private static Rule rule(Predicate<GoogleError> applies, BiFunction<GoogleError, Throwable, CloudFailure> failure) {
        return new Rule(applies, failure);
    }

    private record Rule(Predicate<GoogleError> applies, BiFunction<GoogleError, Throwable, CloudFailure> failure) {}
}
