// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpResponseException;
import com.google.api.gax.httpjson.HttpJsonStatusCode;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.ApiExceptionFactory;
import com.google.cloud.compute.v1.Errors;
import com.google.cloud.compute.v1.Operation;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.CloudFailure.InsufficientCapacity;
import dev.privatellm.machine.cloud.CloudFailure.InsufficientCapacity.Scope;
import java.net.ConnectException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoogleErrorsTest {
    private static final String STOCKOUT =
            "The zone 'projects/p/zones/us-central1-a' does not have enough resources available to fulfill the request.  Try a different zone, or try again later.";

    @ParameterizedTest
    @CsvSource({
        "ZONE_RESOURCE_POOL_EXHAUSTED, OFFERING",
        "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS, OFFERING",
        "UNSUPPORTED_OPERATION, OFFERING",
        "PREEMPTED, OFFERING",
        "IP_SPACE_EXHAUSTED, ZONE",
        "IP_SPACE_EXHAUSTED_WITH_DETAILS, ZONE"
    })
    @DisplayName("P6 an operation that found no capacity says what is exhausted, with its code verbatim")
    void readsExhaustionFromOperations(String code, Scope scope) {
        CloudFailure failure = GoogleErrors.of(operation(code, STOCKOUT));

        assertThat(failure).isInstanceOf(InsufficientCapacity.class).hasMessage(STOCKOUT);
        assertThat(((InsufficientCapacity) failure).scope()).isEqualTo(scope);
        assertThat(failure.code()).isEqualTo(code);
    }

    @Test
    @DisplayName("P6 an exhausted zone is recognised in a call's answer too, although its status says to try again")
    void readsExhaustionFromCalls() {
        assertThat(http(503, "insufficientCapacity", STOCKOUT)).isInstanceOf(InsufficientCapacity.class);
        assertThat(http(503, "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", STOCKOUT))
                .isInstanceOf(InsufficientCapacity.class);
    }

    @Test
    @DisplayName("P6 a start that was preempted blocks the offering, whatever its code")
    void readsPreemptionFromTheText() {
        CloudFailure failure =
                GoogleErrors.of(operation("INTERNAL_ERROR", "Instance 'x' failed to start due to preemption."));

        assertThat(failure)
                .isInstanceOfSatisfying(
                        InsufficientCapacity.class, f -> assertThat(f.scope()).isEqualTo(Scope.OFFERING));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Quota 'NVIDIA_L4_GPUS' exceeded.  Limit: 1.0 in region us-central1. | false",
                "Quota 'PREEMPTIBLE_NVIDIA_L4_GPUS' exceeded.  Limit: 0.0 in region europe-west4. | false",
                "Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: 0.0 globally. | true"
            })
    @DisplayName("P6 a used-up quota blocks its region, GPUS_ALL_REGIONS the whole project")
    void readsQuotas(String message, boolean projectWide) {
        assertThat(GoogleErrors.of(operation("QUOTA_EXCEEDED", message)))
                .isInstanceOfSatisfying(
                        CloudFailure.QuotaExceeded.class,
                        f -> assertThat(f.isProjectWide()).isEqualTo(projectWide));
        assertThat(http(403, "quotaExceeded", message))
                .isInstanceOfSatisfying(
                        CloudFailure.QuotaExceeded.class,
                        f -> assertThat(f.isProjectWide()).isEqualTo(projectWide));
    }

    @Test
    @DisplayName("P6 a machine that is still stopping is waited for")
    void readsNotReady() {
        assertThat(GoogleErrors.of(operation("RESOURCE_NOT_READY", "The resource 'x' is not ready")))
                .isInstanceOf(CloudFailure.NotReady.class);
        assertThat(http(400, "resourceNotReady", "The resource 'projects/p/zones/z/instances/x' is not ready"))
                .isInstanceOf(CloudFailure.NotReady.class);
    }

    @Test
    @DisplayName("P6 a project that is full of service accounts is not a matter of asking more slowly")
    void readsThatThereIsNoRoomForAnotherAccount() {
        assertThat(http(429, "RESOURCE_EXHAUSTED", "Maximum number of service accounts on project reached."))
                .isInstanceOfSatisfying(
                        CloudFailure.QuotaExceeded.class,
                        f -> assertThat(f.isProjectWide()).isTrue());
    }

    @ParameterizedTest
    @CsvSource({
        "403, rateLimitExceeded",
        "403, userRateLimitExceeded",
        "429, rateLimitExceeded",
        "429, RESOURCE_EXHAUSTED",
        "503, backendError",
        "500, internalError"
    })
    @DisplayName("P6 too fast and overloaded mean: later, nothing is blocked")
    void readsRateLimits(int status, String reason) {
        assertThat(http(status, reason, "Rate Limit Exceeded")).isInstanceOf(CloudFailure.Unavailable.class);
    }

    @Test
    @DisplayName("P6 an operation that came too fast means: later")
    void readsOperationRate() {
        assertThat(GoogleErrors.of(operation("RESOURCE_OPERATION_RATE_EXCEEDED", "Operation rate exceeded")))
                .isInstanceOf(CloudFailure.Unavailable.class);
    }

    @Test
    void keepsTheTimeThatTheCloudAsksToWait() {
        HttpHeaders headers = new HttpHeaders().setRetryAfter("30");
        ApiException exception = exception(new HttpResponseException.Builder(503, "Service Unavailable", headers)
                .setContent("<html>")
                .build());

        assertThat(GoogleErrors.of(exception))
                .isInstanceOfSatisfying(
                        CloudFailure.Unavailable.class,
                        f -> assertThat(f.retryAfter()).contains(Duration.ofSeconds(30)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "forbidden | Required 'compute.instances.create' permission for 'projects/p/zones/z/instances/x' | compute.instances.create",
                "IAM_PERMISSION_DENIED | Permission 'secretmanager.versions.add' denied for resource 'projects/p/secrets/s' (or it may not exist). | secretmanager.versions.add"
            })
    @DisplayName("P6 a refused call names the missing permission")
    void namesTheMissingPermission(String reason, String message, String permission) {
        assertThat(http(403, reason, message))
                .isInstanceOf(CloudFailure.PermissionDenied.class)
                .hasMessageStartingWith("missing permission " + permission + ": ")
                .hasMessageEndingWith(message);
    }

    @Test
    void takesTheMissingPermissionFromTheStructuredDetail() {
        String body = """
                {"error": {"code": 403, "message": "Nope.", "status": "PERMISSION_DENIED", "details": [
                  {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "IAM_PERMISSION_DENIED", "domain": "iam.googleapis.com",
                   "metadata": {"resource": "projects/p", "permission": "secretmanager.secrets.create"}}]}}
                """;

        assertThat(GoogleErrors.of(exception(answer(403, body))))
                .isInstanceOf(CloudFailure.PermissionDenied.class)
                .hasMessage("missing permission secretmanager.secrets.create: Nope.");
    }

    @Test
    @DisplayName("P6 an operation refused for want of a right is told apart from want of machines")
    void readsPermissionFromOperations() {
        assertThat(GoogleErrors.of(operation(
                        "SERVICE_ACCOUNT_ACCESS_DENIED", "The user does not have access to service account 'x'.")))
                .isInstanceOf(CloudFailure.PermissionDenied.class);
        assertThat(GoogleErrors.of(operation(
                        "PERMISSIONS_ERROR",
                        "Required 'compute.disks.create' permission for 'projects/p/zones/z/disks/d'")))
                .isInstanceOf(CloudFailure.PermissionDenied.class)
                .hasMessageContaining("missing permission compute.disks.create");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403 | forbidden | Location us-east1-d is not found or access is unauthorized.",
                "404 | notFound | The resource 'projects/p/zones/us-east1-z' was not found",
                "400 | invalid | Invalid value for field 'zone': 'us-east1-z'. Unknown zone."
            })
    @DisplayName("P6 a zone that is not there, or closed to us, blocks that zone")
    void readsClosedZones(int status, String reason, String message) {
        assertThat(http(status, reason, message)).isInstanceOf(CloudFailure.ZoneUnavailable.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | invalid | Requested disk size cannot be smaller than the image size (50 GB)",
                "404 | notFound | The resource 'projects/p/global/networks/nowhere' was not found",
                "400 | invalid | Invalid value for field 'resource.networkInterfaces[0].network': 'global/networks/n'. The referenced network resource cannot be found.",
                "400 | invalid | Invalid value for field 'resource.labels': ''. Label value violates format constraints.",
                "400 | FAILED_PRECONDITION | Secret Version [projects/1/secrets/s/versions/1] is in DESTROYED state."
            })
    @DisplayName("P6 a request that no zone would take asks for another specification")
    void readsInvalidRequests(int status, String reason, String message) {
        assertThat(http(status, reason, message))
                .isInstanceOf(CloudFailure.InvalidRequest.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | invalid | Invalid value for field 'resource.ipCidrRange': '10.10.0.0/24'. Invalid IPCidrRange: 10.10.0.0/24 conflicts with existing subnetwork 'a' in region 'us-east1'.",
                "400 | invalid | Invalid value for field 'resource.ipCidrRange': '10.10.0.1/24'. Must be a CIDR address range that is contained in IPv4.",
                "400 | INVALID_ARGUMENT | Invalid service account ID."
            })
    @DisplayName("P6 a range that overlaps another, or is none, asks for another specification")
    void readsRangesThatCannotBe(int status, String reason, String message) {
        assertThat(http(status, reason, message))
                .isInstanceOf(CloudFailure.InvalidRequest.class)
                .hasMessage(message);
    }

    @Test
    @DisplayName("P6 what something else still needs is told apart from what is not there yet")
    void readsWhatIsInUse() {
        String message =
                "The network resource 'projects/p/global/networks/n' is already being used by 'projects/p/regions/us-east1/subnetworks/s'";

        assertThat(GoogleErrors.of(operation("RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", message)))
                .isInstanceOf(CloudFailure.InUse.class)
                .hasMessage(message);
        assertThat(http(400, "resourceInUseByAnotherResource", message)).isInstanceOf(CloudFailure.InUse.class);
        assertThat(http(400, "resourceNotReady", "The resource 'projects/p/global/networks/n' is not ready"))
                .isInstanceOf(CloudFailure.NotReady.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | INVALID_ARGUMENT | Service account pllm-0123456789ab@p.iam.gserviceaccount.com does not exist.",
                "404 | notFound | The resource 'projects/p/serviceAccounts/pllm-0123456789ab@p.iam.gserviceaccount.com' was not found",
                "400 | invalid | The resource 'projects/p/serviceAccounts/pllm-0123456789ab@p.iam.gserviceaccount.com' of type 'serviceAccount' was not found.",
                "403 | PERMISSION_DENIED | Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource 'projects/p/locations/global/keyRings/r/cryptoKeys/k' (or it may not exist).",
                "400 | FAILED_PRECONDITION | Permission 'cloudkms.cryptoKeyVersions.useToDecrypt' denied for resource 'projects/p/locations/global/keyRings/r/cryptoKeys/k'."
            })
    @DisplayName("P6 an account or a grant that the cloud does not know yet takes time, not another specification")
    void readsWhatIsNotKnownYet(int status, String reason, String message) {
        assertThat(http(status, reason, message))
                .isInstanceOf(CloudFailure.NotReady.class)
                .hasMessage(message);
    }

    @Test
    void saysNotFoundOfAnAccountThatWasAskedForItself() {
        assertThat(http(404, "NOT_FOUND", "Service account projects/p/serviceAccounts/a@p does not exist."))
                .isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    @DisplayName("P6 a type that one zone does not sell leaves the other zones to be tried")
    void leavesOtherZonesWhenOneDoesNotSellTheType() {
        String message =
                "Invalid value for field 'resource.machineType': 'zones/us-central1-a/machineTypes/g4-standard-48'. "
                        + "Machine type with name 'g4-standard-48' does not exist in zone 'us-central1-a'.";

        assertThat(http(400, "invalid", message))
                .isInstanceOf(CloudFailure.Unclassified.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"401, authError", "401, UNAUTHENTICATED"})
    @DisplayName("P6 an identity that is not accepted is told apart from one that may not")
    void readsRejectedCredentials(int status, String reason) {
        assertThat(http(status, reason, "Request had invalid authentication credentials."))
                .isInstanceOf(CloudFailure.CredentialsRejected.class);
    }

    @Test
    @DisplayName("P6 a machine that a policy forbids is an administrator's matter, not a race")
    void readsPolicies() {
        String message =
                "Constraint constraints/compute.vmExternalIpAccess violated for project 1. Add instance projects/p/zones/z/instances/x to the constraint to use external IP with it.";

        assertThat(http(412, "conditionNotMet", message))
                .isInstanceOf(CloudFailure.PermissionDenied.class)
                .hasMessageContaining("spec.network.address: Internal makes a machine without one")
                .hasMessageEndingWith(message);
        assertThat(GoogleErrors.of(operation("CONDITION_NOT_MET", message)))
                .isInstanceOf(CloudFailure.PermissionDenied.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 | notFound | The resource 'projects/my-projct' was not found | InvalidRequest",
                "403 | CONSUMER_INVALID | Permission denied on resource project my-projct. | PermissionDenied",
                "403 | forbidden | Project 'my-projct' not found or permission denied. | PermissionDenied"
            })
    @DisplayName("P6 U3 a project that is not there is told with the field that names it and its value")
    void namesTheFieldOfAProject(int status, String reason, String message, String failure) {
        assertThat(http(status, reason, message))
                .hasMessageStartingWith(
                        "spec.provider.gcp.projectId or spec.network.hostProjectId: my-projct (expected: ")
                .hasMessageEndingWith(message)
                .extracting(thrown -> thrown.getClass().getSimpleName())
                .isEqualTo(failure);
    }

    @Test
    void readsWhatIsThereAlreadyWhatChangedAndWhatIsGone() {
        assertThat(http(409, "alreadyExists", "The resource 'x' already exists"))
                .isInstanceOf(CloudFailure.AlreadyExists.class);
        assertThat(GoogleErrors.of(operation("RESOURCE_ALREADY_EXISTS", "exists")))
                .isInstanceOf(CloudFailure.AlreadyExists.class);
        assertThat(http(412, "conditionNotMet", "Supplied fingerprint does not match current metadata fingerprint."))
                .isInstanceOf(CloudFailure.Conflict.class);
        assertThat(http(404, "notFound", "The resource 'projects/p/zones/z/instances/x' was not found"))
                .isInstanceOf(CloudFailure.NotFound.class);
        assertThat(http(404, "notFound", "The resource 'projects/p/global/firewalls/x' was not found"))
                .isInstanceOf(CloudFailure.NotFound.class);
    }

    @ParameterizedTest
    @CsvSource({"INTERNAL_ERROR", "SOMETHING_NEW_WITH_DETAILS", "HYPERDISK_LIMIT"})
    @DisplayName("P6 what nobody has a rule for is passed on verbatim, never swallowed")
    void keepsTheUnknownVerbatim(String code) {
        CloudFailure failure = GoogleErrors.of(operation(code, "Something odd in us-central1-a."));

        assertThat(failure).isInstanceOf(CloudFailure.Unclassified.class).hasMessage("Something odd in us-central1-a.");
        assertThat(failure.code()).isEqualTo(code);
    }

    @Test
    void judgesAnOperationThatOnlyHasAStatusByThatStatus() {
        Operation operation = Operation.newBuilder()
                .setStatus(Operation.Status.DONE)
                .setHttpErrorStatusCode(403)
                .setHttpErrorMessage("FORBIDDEN")
                .build();

        assertThat(GoogleErrors.of(operation))
                .isInstanceOf(CloudFailure.PermissionDenied.class)
                .hasMessage("FORBIDDEN");
    }

    @Test
    @DisplayName("P6 a call without an answer proves nothing, although the library calls it a bad request")
    void concludesNothingFromSilence() {
        ApiException exception = ApiExceptionFactory.createException(
                "400", new ConnectException("refused"), HttpJsonStatusCode.of(400), false);

        CloudFailure failure = GoogleErrors.of(exception);

        assertThat(failure)
                .isInstanceOf(CloudFailure.Unavailable.class)
                .hasMessageContaining("ConnectException: refused");
        assertThat(failure.code()).isEqualTo("NO_ANSWER");
    }

    private static Operation operation(String code, String message) {
        return Operation.newBuilder()
                .setName("operation-1")
                .setStatus(Operation.Status.DONE)
                .setHttpErrorStatusCode(503)
                .setHttpErrorMessage("SERVICE UNAVAILABLE")
                .setError(com.google.cloud.compute.v1.Error.newBuilder()
                        .addErrors(Errors.newBuilder().setCode(code).setMessage(message)))
                .build();
    }

    /** An answer in Compute Engine's old form for camel-case reasons, in the form of AIP-193 otherwise. */
    private static CloudFailure http(int status, String reason, String message) {
        String body = reason.contains("_") || reason.equals(reason.toUpperCase(java.util.Locale.ROOT))
                ? "{\"error\": {\"code\": %d, \"message\": \"%s\", \"status\": \"%s\"}}"
                        .formatted(status, message, reason)
                : "{\"error\": {\"code\": %1$d, \"message\": \"%2$s\", \"errors\": [{\"message\": \"%2$s\", \"domain\": \"global\", \"reason\": \"%3$s\"}]}}"
                        .formatted(status, message, reason);
        return GoogleErrors.of(exception(answer(status, body)));
    }

    private static HttpResponseException answer(int status, String body) {
        return new HttpResponseException.Builder(status, "status", new HttpHeaders())
                .setContent(body)
                .build();
    }

    private static ApiException exception(HttpResponseException answer) {
        return ApiExceptionFactory.createException("m", answer, HttpJsonStatusCode.of(answer.getStatusCode()), false);
    }
}
