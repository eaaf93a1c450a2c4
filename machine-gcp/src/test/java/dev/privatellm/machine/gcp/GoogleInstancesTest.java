// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.ProvisioningModel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GoogleInstancesTest {
    private static final String INSTANCES = "/compute/v1/projects/golden-project/zones/us-central1-a/instances";
    private static final String INSTANCE = """
            {"id": "1234567890123456789", "name": "pllm-0123456789ab", "status": "%s", "labels": {"pllm-owner": "uid-1", "lab-port": "4711"},
             "zone": "https://www.googleapis.com/compute/v1/projects/golden-project/zones/us-central1-a",
             "machineType": "https://www.googleapis.com/compute/v1/projects/golden-project/zones/us-central1-a/machineTypes/g2-standard-4",
             "scheduling": {"provisioningModel": "SPOT"}, "creationTimestamp": "2026-11-20T22:00:00.000-08:00", "lastStartTimestamp": "2026-11-20T22:00:09.500-08:00",
             "lastStopTimestamp": "2026-11-20T21:30:00.250-08:00",
             "networkInterfaces": [{"networkIP": "10.128.0.2", "accessConfigs": [{"natIP": "34.1.2.3"}]}],
             "metadata": {"fingerprint": "abc=", "items": [{"key": "pllm-config", "value": "{}"}]}, "fieldOfNextYear": {"x": [1]}}
            """;

    @TempDir
    Path folder;

    private RecordingCloud cloud;
    private GoogleCloudProvider provider;
    private InstanceProvider instances;

    @BeforeEach
    void connect() {
        cloud = new RecordingCloud(folder);
        provider = GoogleCloudProvider.open(cloud.settings());
        instances = provider.instances();
    }

    @AfterEach
    void disconnect() {
        provider.close();
        cloud.close();
    }

    @Test
    void asksForASpotMachineAsTheSpecificationSays() {
        cloud.answers(Samples.OPERATION);

        OperationId operation = instances.insert(
                Samples.SPEC, Samples.offering(ProvisioningModel.SPOT, "g2-standard-4"), Samples.REQUEST);

        assertThat(operation).isEqualTo(OperationId.in(Samples.ZONE, "operation-1"));
        assertThat(cloud.call().line()).isEqualTo("POST " + INSTANCES);
        assertThat(cloud.call().query()).containsEntry("requestId", Samples.REQUEST.toString());
        assertThat(cloud.call().json()).isEqualTo(json("""
                        {"name": "pllm-0123456789ab",
                         "machineType": "zones/us-central1-a/machineTypes/g2-standard-4",
                         "labels": {"managed-by": "private-llm", "pllm-owner": "uid-1"},
                         "tags": {"items": ["pllm-tag"]},
                         "disks": [{"boot": true, "autoDelete": true, "initializeParams": {
                            "sourceImage": "projects/deeplearning-platform-release/global/images/family/common-cu128-ubuntu-2404-nvidia-570",
                            "diskSizeGb": "128", "diskType": "zones/us-central1-a/diskTypes/pd-ssd",
                            "labels": {"managed-by": "private-llm", "pllm-owner": "uid-1"}}}],
                         "networkInterfaces": [{"network": "projects/golden-project/global/networks/default", "accessConfigs": [{"name": "External NAT", "type": "ONE_TO_ONE_NAT"}]}],
                         "scheduling": {"provisioningModel": "SPOT", "automaticRestart": false, "onHostMaintenance": "TERMINATE",
                            "instanceTerminationAction": "STOP", "maxRunDuration": {"seconds": "86400"}},
                         "shieldedInstanceConfig": {"enableVtpm": true, "enableIntegrityMonitoring": true, "enableSecureBoot": true},
                         "serviceAccounts": [{"email": "machine@golden-project.iam.gserviceaccount.com",
                            "scopes": ["https://www.googleapis.com/auth/cloud-platform"]}],
                         "metadata": {"items": [{"key": "pllm-config", "value": "{\\"schema\\": 1}"}, {"key": "startup-script", "value": "#!/bin/sh"}]}}
                        """));
    }

    @Test
    @DisplayName("S1 a guest attribute is asked for by its whole path, and only the value of that path is taken")
    void readsOneGuestAttribute() {
        cloud.answers("""
                {"kind": "compute#guestAttributes", "queryPath": "pllm/csr", "queryValue": {"items": [
                    {"namespace": "pllm", "key": "csr-of-somebody-else", "value": "no"},
                    {"namespace": "pllm", "key": "csr", "value": "-----BEGIN"}]}}
                """);

        assertThat(instances.guestAttribute(Samples.ID, "pllm/csr")).contains("-----BEGIN");

        assertThat(cloud.call().line()).isEqualTo("GET " + INSTANCES + "/pllm-0123456789ab/getGuestAttributes");
        assertThat(cloud.call().query()).containsEntry("queryPath", "pllm/csr");
    }

    @Test
    void readsTheLastOfTheSerialConsole() {
        cloud.answers("""
                {"kind": "compute#serialPortOutput", "contents": "private-llm: step done: exit 1", "start": "17", "next": "47"}
                """);

        assertThat(instances.console(Samples.ID)).contains("private-llm: step done: exit 1");

        assertThat(cloud.call().line()).isEqualTo("GET " + INSTANCES + "/pllm-0123456789ab/serialPort");
        assertThat(cloud.call().query()).containsEntry("start", "-65536");
    }

    @Test
    void namesTheSubnetOfTheOfferingsRegion() {
        cloud.answers(Samples.OPERATION);
        InstanceSpec sample = Samples.SPEC;
        InstanceSpec spec = new InstanceSpec(
                sample.name(),
                "pllm-ffffffffffff",
                "pllm-ffffffffffff-us",
                sample.targetTag(),
                sample.image(),
                sample.diskSizeGb(),
                sample.labels(),
                sample.metadata(),
                sample.serviceAccount(),
                sample.maxRunDuration(),
                true,
                true);

        instances.insert(spec, Samples.offering(ProvisioningModel.SPOT, "g2-standard-4"), Samples.REQUEST);

        assertThat(cloud.call().json().path("networkInterfaces")).isEqualTo(json("""
                        [{"network": "projects/golden-project/global/networks/pllm-ffffffffffff", "subnetwork": "projects/golden-project/regions/us-central1/subnetworks/pllm-ffffffffffff-us",
                          "accessConfigs": [{"name": "External NAT", "type": "ONE_TO_ONE_NAT"}]}]
                        """));
    }

    @Test
    void asksForAStandardMachineWithTheSameHardCeiling() {
        cloud.answers(Samples.OPERATION);

        instances.insert(Samples.SPEC, Samples.offering(ProvisioningModel.STANDARD, "a2-highgpu-1g"), Samples.REQUEST);

        JsonNode scheduling = cloud.call().json().path("scheduling");
        assertThat(scheduling.path("provisioningModel").asString()).isEqualTo("STANDARD");
        assertThat(scheduling.path("automaticRestart").asBoolean(true)).isFalse();
        assertThat(scheduling.path("instanceTerminationAction").asString()).isEqualTo("STOP");
        assertThat(scheduling.path("maxRunDuration").path("seconds").asString()).isEqualTo("86400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"g4-standard-48", "a3-highgpu-1g", "a4-highgpu-8g", "c4a-standard-8", "h3-standard-88"})
    @DisplayName("P20 families that take only Hyperdisk get one, A4 among them")
    void givesHyperdiskToFamiliesThatNeedIt(String machineType) {
        cloud.answers(Samples.OPERATION);

        instances.insert(Samples.SPEC, Samples.offering(ProvisioningModel.SPOT, machineType), Samples.REQUEST);

        JsonNode disk = cloud.call().json().path("disks").path(0).path("initializeParams");
        assertThat(disk.path("diskType").asString()).isEqualTo("zones/us-central1-a/diskTypes/hyperdisk-balanced");
        assertThat(disk.path("provisionedIops").asString()).isEqualTo("3000");
        assertThat(disk.path("provisionedThroughput").asString()).isEqualTo("700");
    }

    @Test
    void startsStopsAndDeletesByNameWithTheGivenRequestId() {
        cloud.answers(Samples.OPERATION).answers(Samples.OPERATION).answers(Samples.OPERATION);

        instances.start(Samples.ID, Samples.REQUEST);
        instances.stop(Samples.ID, Samples.REQUEST);
        instances.delete(Samples.ID, Samples.REQUEST);

        assertThat(cloud.calls())
                .extracting(RecordingCloud.Call::line)
                .containsExactly(
                        "POST " + INSTANCES + "/pllm-0123456789ab/start",
                        "POST " + INSTANCES + "/pllm-0123456789ab/stop",
                        "DELETE " + INSTANCES + "/pllm-0123456789ab");
        assertThat(cloud.calls())
                .allSatisfy(call -> assertThat(call.query()).containsEntry("requestId", Samples.REQUEST.toString()));
        assertThat(cloud.calls().get(1).query()).containsEntry("discardLocalSsd", "true");
    }

    @Test
    void sendsTheFingerprintThatWasReadWithNewMetadata() {
        cloud.answers(Samples.OPERATION);

        instances.setMetadata(Samples.ID, Map.of("b", "2", "a", "1"), "abc=", Samples.REQUEST);

        assertThat(cloud.call().line()).isEqualTo("POST " + INSTANCES + "/pllm-0123456789ab/setMetadata");
        assertThat(cloud.call().json())
                .isEqualTo(
                        json(
                                "{\"fingerprint\": \"abc=\", \"items\": [{\"key\": \"a\", \"value\": \"1\"}, {\"key\": \"b\", \"value\": \"2\"}]}"));
    }

    @Test
    void readsAnInstanceWithFieldsThatItDoesNotKnow() {
        cloud.answers(INSTANCE.formatted("RUNNING"));

        Instance instance = instances.find(Samples.ID).orElseThrow();

        assertThat(cloud.call().line()).isEqualTo("GET " + INSTANCES + "/pllm-0123456789ab");
        assertThat(instance.id()).isEqualTo(Samples.ID);
        assertThat(instance.cloudId()).isEqualTo("1234567890123456789");
        assertThat(instance.status()).isEqualTo(InstanceStatus.RUNNING);
        assertThat(instance.machineType()).isEqualTo("g2-standard-4");
        assertThat(instance.provisioning()).isEqualTo(ProvisioningModel.SPOT);
        assertThat(instance.externalAddress()).contains("34.1.2.3");
        assertThat(instance.internalAddress()).contains("10.128.0.2");
        assertThat(instance.externalPort()).isEqualTo(OptionalInt.of(4711));
        assertThat(instance.metadata()).containsEntry("pllm-config", "{}");
        assertThat(instance.metadataFingerprint()).isEqualTo("abc=");
        assertThat(instance.createdAt()).isEqualTo(Instant.parse("2026-11-21T06:00:00Z"));
        assertThat(instance.lastStartedAt()).contains(Instant.parse("2026-11-21T06:00:09.5Z"));
        assertThat(instance.lastStoppedAt()).contains(Instant.parse("2026-11-21T05:30:00.25Z"));
    }

    @Test
    @DisplayName(
            "P6 preemptions are read from the zone's operations, of this machine's number and since this moment only")
    void readsPreemptionsFromTheOperationsOfTheZone() {
        cloud.answers("""
                {"items": [{"operationType": "compute.instances.preempted", "targetId": "7", "insertTime": "2026-11-20T22:00:00.000-08:00"}],
                 "nextPageToken": "more"}
                """).answers("""
                {"items": [{"operationType": "compute.instances.preempted", "targetId": "18446744073709551615", "insertTime": "2026-11-20T21:00:00.000-08:00"}]}
                """);

        boolean wasPreempted =
                instances.wasPreempted(Samples.ID, "18446744073709551615", Instant.parse("2026-11-21T05:00:00Z"));

        assertThat(wasPreempted).isTrue();
        assertThat(cloud.calls().getLast().line())
                .isEqualTo("GET /compute/v1/projects/golden-project/zones/us-central1-a/operations");
        assertThat(cloud.calls().getLast().query())
                .containsEntry("filter", "operationType = \"compute.instances.preempted\"")
                .containsEntry("pageToken", "more");
    }

    @Test
    @DisplayName("C14 a list of operations that the cloud could not complete does not say that there was no preemption")
    void concludesNothingFromAnIncompleteListOfOperations() {
        cloud.answers("{\"items\": [], \"warning\": {\"code\": \"UNREACHABLE\", \"message\": \"zone\"}}");

        assertThatThrownBy(() -> instances.wasPreempted(Samples.ID, "1", Instant.EPOCH))
                .isInstanceOf(CloudFailure.Unavailable.class);
    }

    @Test
    @DisplayName("E5 PENDING_STOP, which the client's list lacks, still arrives as a raw word")
    void readsAWordThatTheClientLacks() {
        cloud.answers(INSTANCE.formatted("PENDING_STOP")).answers(INSTANCE.formatted("HIBERNATING"));

        assertThat(instances.find(Samples.ID))
                .hasValueSatisfying(i -> assertThat(i.status()).isEqualTo(InstanceStatus.STOPPING));
        assertThat(instances.find(Samples.ID)).hasValueSatisfying(i -> {
            assertThat(i.status()).isEqualTo(InstanceStatus.UNKNOWN);
            assertThat(i.rawStatus()).isEqualTo("HIBERNATING");
        });
    }

    @Test
    @DisplayName("C14 only a plain not-found means absent; any other answer does not")
    void isAbsentOnlyOnNotFound() {
        cloud.answers(
                404,
                error(
                        404,
                        "notFound",
                        "The resource 'projects/golden-project/zones/us-central1-a/instances/x' was not found"));
        cloud.answers(503, error(503, "backendError", "Try later"));
        cloud.answers(403, error(403, "forbidden", "Required 'compute.instances.get' permission for 'x'"));
        cloud.answers(404, error(404, "notFound", "The resource 'projects/golden-project' was not found"));

        assertThat(instances.find(Samples.ID)).isEmpty();
        assertThatThrownBy(() -> instances.find(Samples.ID)).isInstanceOf(CloudFailure.Unavailable.class);
        assertThatThrownBy(() -> instances.find(Samples.ID)).isInstanceOf(CloudFailure.PermissionDenied.class);
        assertThatThrownBy(() -> instances.find(Samples.ID)).isInstanceOf(CloudFailure.InvalidRequest.class);
    }

    @Test
    @DisplayName("C11 a start that comes while the machine is still stopping is told to wait")
    void tellsThatAMachineIsStillStopping() {
        cloud.answers(
                400,
                error(
                        400,
                        "resourceNotReady",
                        "The resource 'projects/p/zones/us-central1-a/instances/x' is not ready"));

        assertThatThrownBy(() -> instances.start(Samples.ID, Samples.REQUEST))
                .isInstanceOf(CloudFailure.NotReady.class);
    }

    @Test
    void findsMachinesOfAnOwnerInEveryZoneAndOnEveryPage() {
        cloud.answers(
                        "{\"items\": {\"zones/us-central1-a\": {\"instances\": [" + INSTANCE.formatted("RUNNING")
                                + "]},"
                                + "\"zones/us-central1-b\": {\"warning\": {\"code\": \"NO_RESULTS_ON_PAGE\", \"message\": \"none\"}}}, \"nextPageToken\": \"p2\"}")
                .answers("{\"items\": {\"zones/us-east1-b\": {\"instances\": ["
                        + INSTANCE.formatted("TERMINATED").replace("us-central1-a", "us-east1-b") + "]}}}");

        assertThat(instances.findByOwner("uid-1"))
                .extracting(instance -> instance.id().zone().name())
                .containsExactlyInAnyOrder("us-central1-a", "us-east1-b");
        assertThat(cloud.calls())
                .extracting(RecordingCloud.Call::line)
                .containsOnly("GET /compute/v1/projects/golden-project/aggregated/instances");
        assertThat(cloud.calls().getFirst().query())
                .containsEntry("filter", "labels.pllm-owner = \"uid-1\"")
                .containsEntry("returnPartialSuccess", "false");
        assertThat(cloud.calls().get(1).query()).containsEntry("pageToken", "p2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"items\": {}, \"unreachables\": [\"zones/us-east1-b\"]}",
                "{\"items\": {\"zones/us-east1-b\": {\"warning\": {\"code\": \"UNREACHABLE\", \"message\": \"zone is down\"}}}}",
                "{\"items\": {}, \"warning\": {\"code\": \"PARTIAL_SUCCESS\", \"message\": \"some\"}}"
            })
    @DisplayName("C14 a list that missed a zone proves nothing")
    void refusesAPartialList(String page) {
        cloud.answers(page);

        assertThatThrownBy(() -> instances.findByOwner("uid-1"))
                .isInstanceOf(CloudFailure.Unavailable.class)
                .hasMessageContaining("not complete");
    }

    @Test
    @DisplayName("P6 an operation is read to its end, and its error is its failure")
    void readsOperationsToTheirEnd() {
        String error =
                "{\"name\": \"operation-1\", \"status\": \"DONE\", \"httpErrorStatusCode\": 503, \"httpErrorMessage\": \"SERVICE UNAVAILABLE\", \"error\":"
                        + "{\"errors\": [{\"code\": \"ZONE_RESOURCE_POOL_EXHAUSTED\", \"message\": \"no machine\"}]}}";
        cloud.answers(Samples.OPERATION)
                .answers("{\"name\": \"operation-1\", \"status\": \"DONE\"}")
                .answers(error)
                .answers(
                        404,
                        error(
                                404,
                                "notFound",
                                "The resource 'projects/golden-project/zones/us-central1-a/operations/operation-1' was not found"));
        OperationId id = OperationId.in(Samples.ZONE, "operation-1");

        assertThat(instances.operation(id)).isInstanceOf(OperationStatus.Running.class);
        assertThat(instances.operation(id)).isInstanceOf(OperationStatus.Done.class);
        assertThat(instances.operation(id))
                .isInstanceOfSatisfying(
                        OperationStatus.Failed.class,
                        failed -> assertThat(failed.failure())
                                .isInstanceOf(CloudFailure.InsufficientCapacity.class)
                                .hasMessage("no machine"));
        assertThat(instances.operation(id)).isInstanceOf(OperationStatus.Forgotten.class);
        assertThat(cloud.calls())
                .extracting(RecordingCloud.Call::line)
                .containsOnly("GET /compute/v1/projects/golden-project/zones/us-central1-a/operations/operation-1");
    }

    @Test
    @DisplayName("C14 a lost answer is told as lost, after exactly one request: repeating it is its writer's business")
    void neverRepeatsAMutationByItself() {
        cloud.answers(INSTANCE.formatted("RUNNING")).losesItsAnswer().answers(Samples.OPERATION);
        instances.find(Samples.ID); // leaves a kept connection, whose death Java's client would answer by sending again

        assertThatThrownBy(() -> instances.start(Samples.ID, Samples.REQUEST))
                .isInstanceOf(CloudFailure.Unavailable.class);
        assertThat(cloud.calls()).hasSize(2);
    }

    private static String error(int status, String reason, String message) {
        return "{\"error\": {\"code\": %1$d, \"message\": \"%2$s\", \"errors\": [{\"message\": \"%2$s\", \"domain\": \"global\", \"reason\": \"%3$s\"}]}}"
                .formatted(status, message, reason);
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
