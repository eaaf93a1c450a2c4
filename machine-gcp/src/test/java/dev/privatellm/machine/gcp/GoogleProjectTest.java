// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.Api;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.GpuLimits.Limit;
import dev.privatellm.machine.cloud.GpuLimits.Pool;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.ProjectProvider.Task;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the adapter learns of an emulated project, and what that project then refuses. */
@ExtendWith(Emulator.class)
@Execution(ExecutionMode.CONCURRENT)
class GoogleProjectTest {
    private final String project = Emulator.newProject();
    private GoogleCloudProvider provider;

    @BeforeEach
    void connect() {
        provider = Emulator.connect(project);
    }

    @AfterEach
    void disconnect() {
        provider.close();
    }

    private void insert() {
        provider.instances()
                .insert(
                        Samples.machine("default"),
                        Samples.offering(ProvisioningModel.SPOT, "g2-standard-4"),
                        Samples.REQUEST);
    }

    @Test
    @DisplayName("P21 the zones of a type are those that the cloud lists, and none for one that does not exist")
    void tellsTheZonesOfAType() {
        Map<String, SortedSet<Zone>> zones = provider.project().zonesOf(Set.of("g4-standard-48", "g4-standard-49"));

        assertThat(zones.get("g4-standard-48"))
                .contains(new Zone("us-central1-b"))
                .doesNotContain(new Zone("us-central1-a"));
        assertThat(zones.get("g4-standard-49")).isEmpty();
    }

    @Test
    @DisplayName("a family of images stands for the newest that it has now, and one that does not exist for none")
    void tellsTheNewestImageOfAFamily() {
        Emulator.publish(project, "cuda", "cuda-v1");
        Emulator.publish(project, "cuda", "cuda-v2");
        Emulator.publish(project, "other", "other-v9");

        String newest = "projects/%s/global/images/cuda-v2".formatted(project);
        assertThat(provider.project().image(project + "/cuda")).contains(newest);
        assertThat(provider.project().image("projects/%s/global/images/family/cuda".formatted(project)))
                .contains(newest);
        assertThat(provider.project().image(project + "/cuda-v3")).isEmpty();
        assertThat(provider.project().image(newest)).contains(newest);
    }

    @Test
    @DisplayName("the usual family of images has one, which is its project's and not ours")
    void tellsTheUsualImage() {
        assertThat(provider.project().image("deeplearning-platform-release/common-cu128-ubuntu-2404-nvidia-570"))
                .get()
                .asString()
                .startsWith("projects/deeplearning-platform-release/global/images/common-cu128-");
    }

    @Test
    @DisplayName("an image that is not there is no machine's, and the refusal names it")
    void refusesAMachineFromAnImageThatIsNotThere() {
        String gone = "projects/%s/global/images/cuda-v0".formatted(project);

        assertThatThrownBy(() -> provider.instances()
                        .insert(
                                Samples.machine("default", gone),
                                Samples.offering(ProvisioningModel.SPOT, "g2-standard-4"),
                                Samples.REQUEST))
                .isInstanceOf(CloudFailure.InvalidRequest.class)
                .hasMessageContaining(gone);
    }

    @Test
    @DisplayName(
            "P6 spot machines have the preemptible limit where the project was given one, and the standard one elsewhere")
    void tellsTheLimitsOfAProject() throws Exception {
        Emulator.project(
                project,
                "\"quotas\": {\"GPUS_ALL_REGIONS\": 2, \"us-central1/NVIDIA_L4_GPUS\": 3,"
                        + "\"us-central1/PREEMPTIBLE_NVIDIA_L4_GPUS\": 0, \"us-east1/PREEMPTIBLE_NVIDIA_L4_GPUS\": 5}");

        var limits = provider.project().gpuLimits(Set.of("us-central1", "us-east1", "nowhere-north9"));

        assertThat(limits.project()).contains(new Limit("GPUS_ALL_REGIONS", 2, 0));
        assertThat(limits.page()).endsWith("quotas?project=" + project);
        assertThat(limits.pools())
                .containsEntry(
                        new Pool("us-central1", "L4", ProvisioningModel.STANDARD), new Limit("NVIDIA_L4_GPUS", 3, 0))
                .containsEntry(new Pool("us-central1", "L4", ProvisioningModel.SPOT), new Limit("NVIDIA_L4_GPUS", 3, 0))
                .containsEntry(
                        new Pool("us-east1", "L4", ProvisioningModel.SPOT),
                        new Limit("PREEMPTIBLE_NVIDIA_L4_GPUS", 5, 0))
                .doesNotContainKey(new Pool("us-central1", "B200", ProvisioningModel.SPOT));
    }

    @Test
    @DisplayName("P6 what runs is told beside the limit that it counts against, in its region and in the whole project")
    void tellsWhatIsUsedOfALimit() {
        insert();

        var limits = provider.project().gpuLimits(Set.of("us-central1", "us-east1"));

        assertThat(limits.project()).map(Limit::used).contains(1);
        assertThat(limits.pools().get(new Pool("us-central1", "L4", ProvisioningModel.SPOT)))
                .isEqualTo(new Limit("PREEMPTIBLE_NVIDIA_L4_GPUS", 64, 1));
        assertThat(limits.pools()
                        .get(new Pool("us-east1", "L4", ProvisioningModel.SPOT))
                        .used())
                .isZero();
    }

    @Test
    @DisplayName(
            "P6 where Resource Manager was never enabled nothing is known to be missing; it is enabled with the rest")
    void asksForPermissionsOnceResourceManagerIsEnabled() throws Exception {
        String fresh = Emulator.newProject();
        Emulator.newProject("{\"project\": \"%s\", \"denied\": [\"compute.instances.create\"]}".formatted(fresh));
        try (var connected = Emulator.connectToNewProject(fresh)) {
            assertThat(connected.project().missingPermissions(Set.of(Task.MACHINES)))
                    .isEmpty();

            var operation = connected.apis().enable(EnumSet.of(Api.MACHINES));
            Emulator.eventually(() -> connected.apis().operation(operation) instanceof OperationStatus.Done);

            assertThat(connected.project().missingPermissions(Set.of(Task.MACHINES)))
                    .containsExactly("compute.instances.create");
        }
    }

    @Test
    @DisplayName(
            "P6 a permission that our identity lacks is told by name before any call needs it, and denied to the call")
    void tellsMissingPermissions() throws Exception {
        Emulator.project(project, "\"denied\": [\"compute.instances.create\", \"compute.firewalls.update\"]");

        assertThat(provider.project().missingPermissions(EnumSet.allOf(Task.class)))
                .containsExactly("compute.firewalls.update", "compute.instances.create");
        assertThat(provider.project().missingPermissions(Set.of(Task.SECRET))).isEmpty();
        assertThatThrownBy(this::insert)
                .isInstanceOf(CloudFailure.PermissionDenied.class)
                .hasMessageContaining("missing permission compute.instances.create");
    }

    @Test
    @DisplayName("P6 U3 a project that does not exist is told with the field that names it and its value")
    void tellsAProjectThatNobodyHas() throws Exception {
        Emulator.project(project, "\"exists\": false");

        List<ThrowingCallable> calls = List.of(
                this::insert,
                () -> provider.instances().find(Samples.ID),
                () -> provider.apis().enable(EnumSet.of(Api.MACHINES)),
                () -> provider.secrets().owner("pllm-0123456789ab-bundle"),
                () -> provider.keys().find("ring", "key"),
                () -> provider.identities().find("pllm-0123456789ab"));

        assertThat(calls)
                .allSatisfy(call -> assertThatThrownBy(call)
                        .isInstanceOf(CloudFailure.PermissionDenied.class)
                        .hasMessageContaining("spec.provider.gcp.projectId")
                        .hasMessageContaining(": %s (expected: ".formatted(project)));
    }

    @Test
    @DisplayName("P6 a project without billing says so to the first call")
    void tellsThatBillingIsOff() throws Exception {
        Emulator.project(project, "\"billing\": false");

        assertThatThrownBy(() -> provider.project().gpuLimits(Set.of("us-central1")))
                .isInstanceOf(CloudFailure.BillingDisabled.class)
                .hasMessageContaining("billing");
    }

    @Test
    @DisplayName("P6 a policy that forbids external addresses is told by its name")
    void tellsThatExternalAddressesAreForbidden() throws Exception {
        Emulator.project(project, "\"externalAddresses\": false");

        assertThatThrownBy(this::insert)
                .isInstanceOf(CloudFailure.PermissionDenied.class)
                .hasMessageContaining("spec.network.address: Internal")
                .hasMessageContaining("constraints/compute.vmExternalIpAccess");
    }

    @Test
    @DisplayName("P6 a machine beyond a limit is refused with the limit's name and its scope")
    void tellsAUsedUpQuota() throws Exception {
        Emulator.project(project, "\"quotas\": {\"GPUS_ALL_REGIONS\": 0}");
        assertThatThrownBy(this::insert)
                .isInstanceOfSatisfying(
                        CloudFailure.QuotaExceeded.class,
                        e -> assertThat(e.isProjectWide()).isTrue());

        Emulator.project(project, "\"quotas\": {\"us-central1/PREEMPTIBLE_NVIDIA_L4_GPUS\": 0}");
        assertThatThrownBy(this::insert)
                .isInstanceOfSatisfying(
                        CloudFailure.QuotaExceeded.class,
                        e -> assertThat(e.isProjectWide()).isFalse());
    }
}
