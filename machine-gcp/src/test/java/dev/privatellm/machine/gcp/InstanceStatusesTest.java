// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.compute.v1.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstanceStatusesTest {

    @ParameterizedTest
    @CsvSource({
        "PENDING, PROVISIONING",
        "PROVISIONING, PROVISIONING",
        "STAGING, STAGING",
        "RUNNING, RUNNING",
        "PENDING_STOP, STOPPING",
        "STOPPING, STOPPING",
        "STOPPED, STOPPED",
        "TERMINATED, STOPPED",
        "SUSPENDING, SUSPENDING",
        "SUSPENDED, SUSPENDED",
        "REPAIRING, REPAIRING",
        "DEPROVISIONING, DEPROVISIONING",
        "HIBERNATING, UNKNOWN",
        "terminated, UNKNOWN",
        "'', UNKNOWN"
    })
    @DisplayName("E5 every status word of Compute Engine has its state, and a word nobody knows is unknown")
    void translatesEveryWord(String word, InstanceStatus expected) {
        assertThat(InstanceStatuses.of(word)).isEqualTo(expected);
    }

    @Test
    @DisplayName("E5 no word of the client's own list is left out")
    void knowsEveryWordOfTheClient() {
        assertThat(Arrays.stream(Instance.Status.values())
                        .filter(status ->
                                status != Instance.Status.UNRECOGNIZED && status != Instance.Status.UNDEFINED_STATUS)
                        .map(Enum::name)
                        .filter(word -> InstanceStatuses.of(word) == InstanceStatus.UNKNOWN))
                .isEmpty();
    }

    @Test
    @DisplayName("X3 TERMINATED, the API's word for a machine without power, is shown as stopped")
    void showsTerminatedAsStopped() {
        assertThat(InstanceStatuses.of("TERMINATED")).isEqualTo(InstanceStatus.STOPPED);
    }
}
