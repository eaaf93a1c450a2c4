// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.GpuLimits;
import dev.privatellm.machine.cloud.ModelRegistry.Listing;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is found out before the first machine, and that nothing is made where it cannot be had. */
final class PreflightTest {
    private final World world = new World();

    private void refused(String condition) {
        world.request();
        world.until(() -> world.power() instanceof MachineState.Failed);
        world.step();
        assertThat(world.condition("Stalled")).contains(condition);
        assertNothingIsMade();
    }

    /** That APIs are enabled costs nothing, and without them nothing could be found out. */
    private void assertNothingIsMade() {
        assertThat(world.effects)
                .allSatisfy(effect -> assertThat(effect.target()).startsWith("APIS "));
    }

    private String message() {
        return world.last.status().message();
    }

    @Test
    @DisplayName("P6 a free trial without any GPU is told so, with the page to ask on, before anything is made")
    void tellsAFreeTrial() {
        world.cloud.project().limit(0);

        refused("TRUE/QuotaExceeded");

        assertThat(message())
                .contains(
                        "GPUS_ALL_REGIONS is 0",
                        "free trial",
                        "https://console.cloud.google.com/iam-admin/quotas",
                        "docs/errors/QuotaExceeded.md");
        assertThat(world.last.status().blocks())
                .hasSize(3)
                .allSatisfy(block -> assertThat(block.code()).isEqualTo("NoQuota"));
    }

    @Test
    @DisplayName("P6 quota that is granted is seen at the next wake by hand")
    void seesQuotaThatWasGranted() {
        world.cloud.project().limit(0);
        refused("TRUE/QuotaExceeded");
        world.cloud.project().allowEverything();
        world.clock.advance(Duration.ofSeconds(1));

        world.requests = new PowerRequests(Optional.of("by hand"), Optional.empty(), PowerRequests.Order.NONE);
        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.served).hasSize(1);
    }

    @Test
    @DisplayName("P6 an offering without quota is not tried, the next one is, and status says why")
    void goesWhereThereIsQuota() {
        world.document = World.sample("", "llama3.2:3b", "us-central1-a, europe-west4-a");
        world.cloud
                .project()
                .limit(
                        new GpuLimits.Pool("us-central1", "L4", ProvisioningModel.SPOT),
                        "PREEMPTIBLE_NVIDIA_L4_GPUS",
                        0);

        world.wake();

        assertThat(world.cloud.faults().count("insert")).isEqualTo(1);
        assertThat(world.last.status().machine().orElseThrow().zone()).isEqualTo("europe-west4-a");
        assertThat(world.last.status().blocks()).singleElement().satisfies(block -> {
            assertThat(block.zone()).isEqualTo("us-central1-a");
            assertThat(block.detail()).get().asString().startsWith("PREEMPTIBLE_NVIDIA_L4_GPUS is 0, 1 needed");
        });
    }

    @Test
    @DisplayName("P21 a type that no allowed zone offers is refused with the zones that do, before anything is made")
    void refusesATypeThatNoAllowedZoneOffers() {
        world.cloud.project().offer("g2-standard-8", "us-east1-b", "us-east1-c");

        refused("TRUE/InvalidSpec");

        assertThat(message())
                .contains("g2-standard-8 is not offered in us-central1-a (expected: one of us-east1-b, us-east1-c)");
    }

    @Test
    @DisplayName("P21 a type that does not exist is refused with those that do")
    void refusesATypeThatDoesNotExist() {
        world.cloud.project().offer("g2-standard-8");

        refused("TRUE/InvalidSpec");

        assertThat(message()).contains("g2-standard-8 is offered in no zone (expected: one of g2-standard-4,");
    }

    @Test
    @DisplayName("P6 every missing permission is told by name at once, before anything is made")
    void namesEveryMissingPermission() {
        world.cloud.project().deny("compute.instances.create");
        world.cloud.project().deny("compute.disks.create");

        refused("TRUE/PermissionDenied");

        assertThat(message()).contains("compute.disks.create, compute.instances.create");
    }

    @Test
    @DisplayName("P6 billing that is off is told as that, before anything is made")
    void tellsThatBillingIsOff() {
        world.cloud
                .faults()
                .failEvery("gpuLimits", new CloudFailure.BillingDisabled("BILLING_DISABLED", "enable billing", null));

        world.request();
        world.step();
        world.until(() -> world.condition("Stalled").isPresent());

        assertThat(world.condition("Stalled")).contains("TRUE/BillingDisabled");
        assertNothingIsMade();
    }

    @Test
    @DisplayName("a misspelt model is told before anything is made, and looked up again later")
    void refusesAModelThatTheRegistryDoesNotHave() {
        world.cloud.models().says("llama3.2:3b", new Listing.Absent());

        refused("TRUE/ModelNotFound");
        assertThat(message()).contains("no model llama3.2:3b");

        world.cloud.models().lists("llama3.2:3b", 2);
        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.served).hasSize(1);
    }

    @Test
    @DisplayName("a model that no allowed type can hold is told with the types that can, before anything is made")
    void refusesAModelThatIsTooLarge() {
        world.cloud.models().lists("llama3.2:3b", 85);

        refused("TRUE/ModelTooLarge");

        assertThat(message()).contains("expected: one of g4-standard-48, g2-standard-48");
    }

    @Test
    @DisplayName("E4 a disk that the document makes too small for its model is refused with the size that would do")
    void refusesADiskThatIsTooSmall() {
        world.document =
                World.sample("", "llama3.2:3b", "us-central1-a", "machineTypes: [g2-standard-8]\ndisk: {sizeGb: 12}");
        world.cloud.models().lists("llama3.2:3b", 15);

        refused("TRUE/ModelTooLarge");

        assertThat(message()).contains("spec.placement.disk.sizeGb: 12 (expected: >= 55 for these models, or absent)");
    }

    @Test
    @DisplayName(
            "E4 a disk without a size gets the one that its models need, also in a request that is sent again after a crash")
    void sizesTheDisk() {
        world.document = World.sample("", "llama3.2:3b", "us-central1-a", "machineTypes: [g4-standard-48]");
        world.cloud.models().lists("llama3.2:3b", 85);
        world.cloud.faults().loseNextAnswer("insert");
        world.request();
        world.until(() -> world.effectKinds().contains("INSERT_INSTANCE"));
        world.cloud.models().says("llama3.2:3b", new Listing.Unknown("gone"));
        world.restart();

        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.cloud.instances().all())
                .singleElement()
                .satisfies(machine -> assertThat(
                                world.cloud.instances().specOf(machine.id()).diskSizeGb())
                        .isEqualTo(147));
    }

    @Test
    @DisplayName("a registry that cannot be asked stands in nobody's way")
    void goesOnWithoutTheRegistry() {
        world.cloud.models().says("llama3.2:3b", new Listing.Unknown("it does not answer"));

        world.wake();

        assertThat(world.served).hasSize(1);
        assertThat(world.cloud.faults().count("insert")).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "a model of a size that nobody tells gets as much disk as the GPUs could hold of it, never just the smallest")
    void sizesTheDiskByTheGpusWhereTheRegistryIsSilent() {
        world.document = World.sample("", "llama3.2:3b", "us-central1-b", "machineTypes: [g4-standard-96]");
        world.cloud.models().says("llama3.2:3b", new Listing.Unknown("it does not answer"));

        world.wake();

        assertThat(world.cloud.instances().all())
                .singleElement()
                .satisfies(machine -> assertThat(
                                world.cloud.instances().specOf(machine.id()).diskSizeGb())
                        .isEqualTo(280));
    }

    @Test
    @DisplayName("a machine that exists is started without asking what a new one would need")
    void asksNothingForAMachineThatExists() {
        world.wake();
        world.sleep();
        long before = world.cloud.faults().count("gpuLimits");

        world.wake();

        assertThat(world.cloud.faults().count("gpuLimits")).isEqualTo(before);
    }

    private static final String FAMILY = "team-images/cuda";

    private static String image(String version) {
        return "projects/team-images/global/images/cuda-" + version;
    }

    private void asksFor(String image, String zones) {
        world.document =
                World.sample("", "llama3.2:3b", zones, "machineTypes: [g2-standard-8]\nimage: %s".formatted(image));
        world.generation++;
    }

    private String imageOf(int machine) {
        return world.cloud
                .instances()
                .specOf(world.cloud.instances().all().get(machine).id())
                .image();
    }

    @Test
    @DisplayName("P6 a family of images that does not exist is told by name, before anything is made")
    void refusesAFamilyThatDoesNotExist() {
        world.cloud.project().publish(FAMILY, Optional.empty());
        asksFor(FAMILY, "us-central1-a");

        refused("TRUE/InvalidSpec");

        assertThat(message()).contains("spec.placement.image: team-images/cuda (expected: a family that has an image");
    }

    @Test
    @DisplayName("every machine is made from the image that was looked up for the first, whatever its family publishes")
    void keepsToTheImageOfTheFirstMachine() {
        String zones = "us-central1-a, us-central1-b";
        world.cloud.project().publish(FAMILY, Optional.of(image("v1")));
        asksFor(FAMILY, zones);
        world.wake();
        assertThat(imageOf(0)).isEqualTo(image("v1"));
        assertThat(world.last.status().machine().orElseThrow().image()).contains(image("v1"));
        assertThat(world.condition("Drifted")).isEmpty();

        world.sleep();
        world.cloud.project().publish(FAMILY, Optional.of(image("v2")));
        world.restart();
        world.cloud
                .instances()
                .exhaust(new dev.privatellm.machine.cloud.Offering(
                        ProvisioningModel.SPOT,
                        "g2-standard-8",
                        new dev.privatellm.machine.cloud.Zone("us-central1-a")));
        world.wake();
        world.until(() -> world.cloud.instances().all().size() == 1);

        assertThat(world.last.status().machine().orElseThrow().zone()).isEqualTo("us-central1-b");
        assertThat(imageOf(0)).isEqualTo(image("v1"));
        assertThat(world.condition("Drifted")).isEmpty();
    }

    @Test
    @DisplayName("P11 another image in the document is looked up for the machine that replaces this one")
    void looksUpTheImageOfAReplacement() {
        world.cloud.project().publish(FAMILY, Optional.of(image("v1")));
        asksFor(FAMILY, "us-central1-a");
        world.wake();
        world.sleep();
        world.document = World.sample(
                "",
                "llama3.2:3b",
                "us-central1-a",
                "machineTypes: [g2-standard-8]\nimage: team-images/other",
                "",
                "replacePolicy: Allow");
        world.generation++;
        world.cloud.project().publish("team-images/other", Optional.of("projects/team-images/global/images/other-v7"));

        world.wake();
        world.until(() -> world.cloud.instances().all().size() == 1);

        assertThat(imageOf(0)).isEqualTo("projects/team-images/global/images/other-v7");
    }
}
