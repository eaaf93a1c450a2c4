// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.ProjectProvider;
import dev.privatellm.machine.cloud.ProvisioningModel;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the adapter says when the emulated cloud refuses, loses answers or runs out of machines. */
@ExtendWith(Emulator.class)
@Isolated("a fault is one for every caller of the emulator")
class FaultsTest {
    private static final Offering OFFERING = Samples.offering(ProvisioningModel.SPOT, "g2-standard-4");

    /** Acts as the account that every project has. */
    private static final InstanceSpec MACHINE = Samples.machine("default");

    private GoogleCloudProvider provider;
    private InstanceProvider instances;

    @BeforeEach
    void connect() {
        provider = Emulator.connect();
        instances = provider.instances();
    }

    @AfterEach
    void heal() throws Exception {
        Emulator.heal();
        provider.close();
    }

    @ParameterizedTest
    @CsvSource({
        "ZONE_RESOURCE_POOL_EXHAUSTED",
        "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS",
        "PREEMPTED",
        "IP_SPACE_EXHAUSTED"
    })
    @DisplayName(
            "P6 an insert that finds no machine fails by its operation, within one poll after its end, and leaves no machine")
    void tellsAStockOut(String code) throws Exception {
        Emulator.fault("{\"rpc\": \"Instances.Insert\", \"code\": \"%s\"}".formatted(code));

        OperationId operation = instances.insert(MACHINE, OFFERING, Samples.REQUEST);
        Emulator.eventually(() -> !(instances.operation(operation) instanceof OperationStatus.Running));

        assertThat(instances.operation(operation)).isInstanceOfSatisfying(OperationStatus.Failed.class, failed -> {
            assertThat(failed.failure()).isInstanceOf(CloudFailure.InsufficientCapacity.class);
            assertThat(failed.failure().code()).isEqualTo(code);
        });
        Emulator.eventually(() -> instances.find(Samples.ID).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UNSUPPORTED_OPERATION | Instance is being preempted. | InsufficientCapacity OFFERING",
                "INTERNAL_ERROR | Instance 'x' failed to start due to preemption. | InsufficientCapacity OFFERING",
                "IP_SPACE_EXHAUSTED | IP space of 'projects/p/regions/r/subnetworks/s' is exhausted. | InsufficientCapacity ZONE",
                "RESOURCE_NOT_READY | The resource 'x' is not ready | NotReady",
                "QUOTA_EXCEEDED | Quota 'NVIDIA_L4_GPUS' exceeded.  Limit: 1.0 in region us-central1. | QuotaExceeded false",
                "QUOTA_EXCEEDED | Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: 0.0 globally. | QuotaExceeded true",
                "quotaExceeded | Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: 0.0 globally. | QuotaExceeded true",
                "RESOURCE_OPERATION_RATE_EXCEEDED | Operation rate exceeded for resource 'x'. | Unavailable",
                "rateLimitExceeded | Rate Limit Exceeded | Unavailable",
                "RESOURCE_EXHAUSTED | Too many requests | Unavailable",
                "503 | Backend error | Unavailable",
                "IAM_PERMISSION_DENIED | Permission 'compute.instances.create' denied | PermissionDenied",
                "403 | Location us-central1-a is not found or access is unauthorized. | ZoneUnavailable",
                "INVALID_ARGUMENT | Disk size: '10 GB' is smaller than the image size '50 GB' | InvalidRequest",
                "notFound | The resource 'projects/p/global/networks/pllm-x' was not found | InvalidRequest",
                "notFound | The resource 'projects/p/regions/r/subnetworks/pllm-x' was not found | RegionUnavailable",
                "BILLING_DISABLED | This API method requires billing to be enabled. | BillingDisabled",
                "INTERNAL_ERROR | Something that nobody has seen before. | Unclassified"
            })
    @DisplayName("P6 every row of the table of errors is told as what it is, within one poll, with its code verbatim")
    void tellsEveryRow(String code, String message, String expected) throws Exception {
        Emulator.fault(
                "{\"rpc\": \"Instances.Insert\", \"code\": \"%s\", \"message\": \"%s\"}".formatted(code, message));

        CloudFailure failure = failure();

        assertThat(told(failure)).isEqualTo(expected);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure).hasMessageContaining(message);
    }

    @Test
    @DisplayName(
            "P6 credentials that are not accepted are told as that, though the JDK keeps the body of such an answer to itself")
    void tellsRejectedCredentials() throws Exception {
        Emulator.fault("{\"rpc\": \"Instances.Insert\", \"code\": \"UNAUTHENTICATED\"}");

        assertThat(failure()).isInstanceOf(CloudFailure.CredentialsRejected.class);
    }

    /** Why an insert failed: at once, or by its operation. */
    private CloudFailure failure() {
        OperationId operation;
        try {
            operation = instances.insert(MACHINE, OFFERING, Samples.REQUEST);
        } catch (CloudFailure atOnce) {
            return atOnce;
        }
        Emulator.eventually(() -> !(instances.operation(operation) instanceof OperationStatus.Running));
        assertThat(instances.operation(operation)).isInstanceOf(OperationStatus.Failed.class);
        return ((OperationStatus.Failed) instances.operation(operation)).failure();
    }

    private static String told(CloudFailure failure) {
        String name = failure.getClass().getSimpleName();
        return switch (failure) {
            case CloudFailure.InsufficientCapacity capacity -> name + " " + capacity.scope();
            case CloudFailure.QuotaExceeded quota -> name + " " + quota.isProjectWide();
            default -> name;
        };
    }

    @ParameterizedTest
    @CsvSource({"403", "503", "SERVICE_DISABLED"})
    @DisplayName("P6 where Resource Manager does not tell what we may do, nothing is known to be missing")
    void doesWithoutResourceManager(String code) throws Exception {
        Emulator.fault("{\"rpc\": \"IAMPolicy.TestIamPermissions\", \"code\": \"%s\"}".formatted(code));

        assertThat(provider.project().missingPermissions(Set.of(ProjectProvider.Task.MACHINES)))
                .isEmpty();
    }

    @Test
    @DisplayName("P6 a used-up quota is told as one")
    void tellsAUsedUpQuota() throws Exception {
        Emulator.fault(
                "{\"rpc\": \"Instances.Insert\", \"code\": \"quotaExceeded\", \"message\": \"Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: 0.0 globally.\"}");

        assertThatThrownBy(() -> instances.insert(MACHINE, OFFERING, Samples.REQUEST))
                .isInstanceOfSatisfying(
                        CloudFailure.QuotaExceeded.class,
                        e -> assertThat(e.isProjectWide()).isTrue());
    }

    @Test
    @DisplayName("P6 a missing right is told by name")
    void tellsAMissingRight() throws Exception {
        Emulator.fault(
                "{\"rpc\": \"Instances.Insert\", \"code\": \"forbidden\","
                        + "\"message\": \"Required 'compute.instances.create' permission for 'projects/p/zones/z/instances/x'\"}");

        assertThatThrownBy(() -> instances.insert(MACHINE, OFFERING, Samples.REQUEST))
                .isInstanceOf(CloudFailure.PermissionDenied.class)
                .hasMessageContaining("missing permission compute.instances.create");
    }

    @Test
    @DisplayName("C14 an answer that is lost after the effect is found again by sending the same request")
    void findsALostMachineByItsRequest() throws Exception {
        Emulator.fault(
                "{\"rpc\": \"Instances.Insert\", \"nth\": 1, \"when\": \"after\", \"action\": \"error\", \"code\": \"503\"}");

        assertThatThrownBy(() -> instances.insert(MACHINE, OFFERING, Samples.REQUEST))
                .isInstanceOf(CloudFailure.Unavailable.class);
        OperationId operation = instances.insert(MACHINE, OFFERING, Samples.REQUEST);

        Emulator.eventually(() -> instances.operation(operation) instanceof OperationStatus.Done);
        Emulator.eventually(() -> instances.findByOwner("uid-1").size() == 1);
    }

    @Test
    @DisplayName("C14 a list that the cloud could not complete is no list")
    void concludesNothingFromAListThatFailed() throws Exception {
        Emulator.fault("{\"rpc\": \"Instances.AggregatedList\", \"code\": \"503\"}");

        assertThatThrownBy(() -> instances.findByOwner("uid-1")).isInstanceOf(CloudFailure.Unavailable.class);
    }
}
