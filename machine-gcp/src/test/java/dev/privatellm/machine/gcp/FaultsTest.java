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
import dev.privatellm.machine.cloud.ProvisioningModel;
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
