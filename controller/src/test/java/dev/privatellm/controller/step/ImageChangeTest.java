// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One family of images stands for one image at a time: which one it is makes no other machine of the one that is there. */
final class ImageChangeTest {
    private static final String FAMILY = "team-images/cuda";
    private static final PowerRequests REMOVAL =
            new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.REMOVAL);

    private final World world = new World();

    private static String image(String version) {
        return "projects/team-images/global/images/cuda-" + version;
    }

    @BeforeEach
    void mayBeReplaced() {
        publish("v1");
        asksFor(FAMILY);
    }

    private void asksFor(String image) {
        world.document = World.sample(
                "",
                "llama3.2:3b",
                "us-central1-a, us-central1-b",
                "machineTypes: [g2-standard-8]\nimage: " + image,
                "",
                "replacePolicy: Allow");
        world.generation++;
    }

    private void publish(String version) {
        world.cloud.project().publish(FAMILY, Optional.of(image(version)));
    }

    private PlanState record() {
        return world.store.read().state().plan();
    }

    private void assertIsStillThe(Instance machine) {
        assertThat(world.condition("Drifted")).isEmpty();
        assertThat(world.cloud.instances().all()).extracting(Instance::cloudId).containsExactly(machine.cloudId());
        assertThat(world.effectKinds()).doesNotContain("INSERT_INSTANCE", "DELETE_INSTANCE");
    }

    private Instance machine() {
        return world.cloud.instances().all().getFirst();
    }

    @Test
    @DisplayName(
            "P11 a machine that is found again after its record was lost is not replaced for the image of its family")
    void keepsAMachineWhoseRecordWasLost() {
        world.wake();
        world.sleep();
        Instance before = machine();
        world.store.compareAndSet(world.store.read().version(), ResourceState.initial(world.clock.instant()));
        world.restart();
        world.effects.clear();

        world.wake();
        assertThat(record().image()).isPresent();
        world.sleep();
        world.wake();

        assertIsStillThe(before);
    }

    @Test
    @DisplayName("E6 P11 a machine that is taken over after one of our own is not replaced for the image of that one")
    void keepsAMachineThatIsTakenOverLater() {
        world.wake();
        world.requests = REMOVAL;
        world.until(() -> world.last.isAtRest() && world.cloud.instances().all().isEmpty());
        world.requests = PowerRequests.NONE;
        world.passes(Duration.ofMinutes(1));
        assertThat(record().image()).isPresent();
        OldInstallation.plant(world, Map.of(), ProvisioningModel.SPOT);
        String document = OldInstallation.text(world.cloud
                .instances()
                .find(OldInstallation.MACHINE)
                .orElseThrow()
                .cloudId());
        world.document = DocumentReader.read(
                document.replace("machineTypes: [g2-standard-8]", "machineTypes: [g2-standard-8]\n    image: " + FAMILY)
                        + "  replacePolicy: Allow\n");
        world.generation++;
        OldInstallation.stop(world);
        Instance before = machine();
        world.effects.clear();

        world.wake();
        world.sleep();
        world.wake();

        assertIsStillThe(before);
    }

    private static CloudFailure gone(String version) {
        return new CloudFailure.InvalidRequest(
                "notFound", "The resource '%s' was not found".formatted(image(version)), null);
    }

    private void exhaust(String zone) {
        world.cloud.instances().exhaust(new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone(zone)));
    }

    private String imageOf(Instance machine) {
        return world.cloud.instances().specOf(machine.id()).image();
    }

    @Test
    @DisplayName(
            "an image that its publisher withdrew is looked up anew, once in a wake, and the machine is made of the next")
    void looksUpAnImageThatIsGone() {
        world.wake();
        world.sleep();
        publish("v2");
        world.cloud.instances().removeFromOutside(machine().id());
        world.cloud.faults().failNext("insert", gone("v1"));

        world.wake();

        assertThat(imageOf(machine())).isEqualTo(image("v2"));
        assertThat(world.condition("Drifted")).isEmpty();
    }

    @Test
    @DisplayName(
            "an image that the cloud refuses right after it was looked up is told, and not asked for again and again")
    void asksOnceForAnImageThatIsRefused() {
        world.cloud.faults().failEvery("insert", gone("v1"));
        world.request();

        world.passes(Duration.ofMinutes(5));

        assertThat(world.cloud.faults().count("insert")).isEqualTo(1);
        assertThat(world.condition("Stalled")).contains("TRUE/InvalidSpec");
    }

    @Test
    @DisplayName(
            "P11 the disk that is waited for is gone back to, whichever image was looked up for another one meanwhile")
    void goesBackToADiskOfAnImageThatIsGone() {
        world.wake();
        world.sleep();
        Instance before = machine();
        publish("v2");
        exhaust("us-central1-a");
        exhaust("us-central1-b");
        world.cloud.faults().failNext("insert", gone("v1"));
        world.request();
        world.until(() -> record().image()
                .filter(pinned -> pinned.image().equals(image("v2")))
                .isPresent());
        world.cloud.instances().replenish();

        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.condition("Drifted")).isEmpty();
        assertThat(world.cloud.instances().all()).extracting(Instance::cloudId).containsExactly(before.cloudId());
    }
}
