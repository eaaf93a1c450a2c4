// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.MachineSpec;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two installations run the same document in one project. */
class NamesakeTest {
    private static final InstanceId THEIRS =
            new InstanceId(new Zone("europe-west4-a"), new InstanceName("pllm-ffffffffffff"));

    private final World world = new World();

    @Test
    @DisplayName(
            "a machine that another installation has for this resource is no reason to make a second one, but to say so")
    void makesNothingBesideTheMachineOfAnotherInstallation() {
        plant("default_llama", "somebody-else");
        world.request();

        world.passes(Duration.ofMinutes(5));

        assertThat(world.condition("Stalled")).contains("TRUE/ManagementConflict");
        assertThat(world.last.status().conditions())
                .anySatisfy(condition -> assertThat(condition.message())
                        .contains("europe-west4-a/pllm-ffffffffffff", "default/llama", "somebody-else")
                        .contains("docs/errors/ManagementConflict.md"));
        assertThat(world.effectKinds()).doesNotContain("INSERT_INSTANCE", "UPLOAD_BUNDLE", "OPEN_FIREWALL");
        assertThat(world.cloud.instances().all()).extracting(Instance::id).containsExactly(THEIRS);
    }

    @Test
    @DisplayName("once the other installation's machine is gone a wake by hand goes on at once")
    void goesOnOnceTheOtherMachineIsGone() {
        plant("default_llama", "somebody-else");
        world.request();
        world.passes(Duration.ofMinutes(1));
        world.cloud.instances().delete(THEIRS, new RequestId(UUID.randomUUID()));
        world.passes(Duration.ofMinutes(1));
        assertThat(world.power()).isInstanceOf(MachineState.Failed.class);

        world.requests = new PowerRequests(Optional.of("by hand"), Optional.empty(), PowerRequests.Order.NONE);
        world.until(() -> world.power() instanceof MachineState.Serving);
    }

    @Test
    @DisplayName("whoever owns a machine already is never kept from it, even if its record is lost")
    void isNeverKeptFromItsOwnMachine() {
        world.wake();
        world.sleep();
        plant("default_llama", "somebody-else");
        world.wake();
        world.sleep();
        long version = world.store.read().version();
        world.store.compareAndSet(version, ResourceState.initial(world.clock.instant()));
        world.restart();

        world.wake();

        assertThat(world.cloud.instances().all())
                .extracting(instance -> instance.labels().get(MachineSpec.OWNER_LABEL))
                .containsExactlyInAnyOrder(World.UID, "somebody-else");
    }

    @Test
    @DisplayName("machines of other resources are nobody's concern")
    void doesNotMindTheMachinesOfOtherResources() {
        plant("default_llama2", "somebody-else");
        world.cloud.instances().loseFromOutside(THEIRS);

        world.wake();

        assertThat(world.cloud.instances().all()).extracting(Instance::id).hasSize(2);
    }

    @Test
    @DisplayName("P10 as long as the project cannot be listed nothing is made")
    void makesNothingBeforeItCouldLook() {
        world.cloud.faults().failNext("findByResource", Faults.denied());
        world.request();

        world.passes(Duration.ofMinutes(5));

        assertThat(world.condition("Stalled")).contains("TRUE/PermissionDenied");
        assertThat(world.effectKinds()).doesNotContain("INSERT_INSTANCE", "UPLOAD_BUNDLE", "OPEN_FIREWALL");
    }

    private void plant(String resource, String owner) {
        world.cloud
                .instances()
                .plant(
                        new InstanceSpec(
                                THEIRS.name(),
                                "default",
                                "",
                                "tag",
                                "image",
                                128,
                                Map.of(MachineSpec.OWNER_LABEL, owner, MachineSpec.RESOURCE_LABEL, resource),
                                Map.of(),
                                "default",
                                Duration.ofDays(1),
                                true,
                                true),
                        new Offering(ProvisioningModel.SPOT, "g2-standard-8", THEIRS.zone()));
    }
}
