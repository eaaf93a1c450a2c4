// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.controller.link.LinkDocument;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Disk;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.ModelRegistry.Listing;
import dev.privatellm.machine.plan.GuestConfig;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** A model that the document asks for instead of another one is looked up before anybody has to do with it. */
final class ModelChangeTest {
    private static final String OLD = "llama3.2:3b";
    private static final String NEW = "qwen3:8b";
    private static final String ZONES = "us-central1-a, us-central1-b, us-central1-c";

    private final World world = new World();

    private void asksFor(String model, String placement) {
        world.document = World.sample("", model, ZONES, placement);
        world.generation++;
    }

    private void asksFor(String model) {
        asksFor(model, "machineTypes: [g2-standard-8]");
    }

    private Instance machine() {
        return world.cloud.instances().all().getFirst();
    }

    private String told() {
        return JsonMapper.shared()
                .readTree(machine().metadata().get(GuestConfig.ATTRIBUTE))
                .path("model")
                .path("name")
                .stringValue();
    }

    private String message(String type) {
        return world.last.status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow()
                .message();
    }

    private void assertGoesOnWith(String model) {
        assertThat(told()).isEqualTo(model);
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        assertThat(world.condition("Serving")).contains("TRUE/Answering");
        assertThat(world.links.getLast().accepts()).isEqualTo(LinkDocument.Accepts.FORWARD);
        assertThat(world.links.getLast().models()).containsExactly(model);
    }

    @Test
    @DisplayName("P4 a misspelt model is not told to a machine that serves: it goes on with the one that it has")
    void keepsServingWhatItHasWhereTheNewModelDoesNotExist() {
        world.wake();
        world.guests.openStreams(1);
        world.cloud.models().says(NEW, new Listing.Absent());
        asksFor(NEW);
        world.passes(Duration.ofSeconds(5));

        assertGoesOnWith(OLD);
        assertThat(world.condition("Stalled")).contains("TRUE/ModelNotFound");
        assertThat(message("Stalled")).contains("no model qwen3:8b", "goes on with the model that it has");

        world.restart();
        world.passes(Duration.ofSeconds(5));
        assertGoesOnWith(OLD);

        world.cloud.models().lists(NEW, 5);
        world.passes(Duration.ofMinutes(11));
        assertGoesOnWith(NEW);
        assertThat(world.condition("Stalled")).isEmpty();
    }

    @Test
    @DisplayName("P4 a document that is put right again is followed at once, whatever was refused before")
    void followsTheDocumentThatIsPutRight() {
        world.wake();
        world.guests.openStreams(1);
        world.cloud.models().says(NEW, new Listing.Absent());
        asksFor(NEW);
        world.passes(Duration.ofSeconds(5));

        asksFor("mistral:7b");
        world.passes(Duration.ofSeconds(5));

        assertGoesOnWith("mistral:7b");
        assertThat(world.condition("Stalled")).isEmpty();
    }

    @Test
    @DisplayName("P4 a model that the GPUs of a serving machine do not hold is refused with the types that do")
    void keepsServingWhatItHasWhereTheNewModelIsTooLarge() {
        world.wake();
        world.guests.openStreams(1);
        world.cloud.models().lists(NEW, 85);
        asksFor(NEW);
        world.passes(Duration.ofSeconds(5));

        assertGoesOnWith(OLD);
        assertThat(world.condition("Stalled")).contains("TRUE/ModelTooLarge");
        assertThat(message("Stalled")).contains("g2-standard-8 has 24 (expected: one of g4-standard-48");
    }

    @Test
    @DisplayName("new certificates do not carry a refused model to the machine")
    void doesNotTellARefusedModelWithNewCertificates() {
        world.document = World.sample("maxUptimeSeconds: 864000");
        world.wake();
        world.guests.openStreams(1);
        world.cloud.models().says(NEW, new Listing.Absent());
        world.document = World.sample("maxUptimeSeconds: 864000", NEW, ZONES);
        world.generation++;
        long generation = world.links.getLast().generation();

        world.passes(Duration.ofDays(6));

        assertThat(world.links.getLast().generation()).isGreaterThan(generation);
        assertGoesOnWith(OLD);
    }

    @Test
    @DisplayName("P6 a stopped machine is not given power for a model that does not exist")
    void doesNotStartForAModelThatDoesNotExist() {
        world.wake();
        world.sleep();
        long starts = world.cloud.faults().count("start");
        world.cloud.models().says(NEW, new Listing.Absent());
        asksFor(NEW);

        world.request();
        world.passes(Duration.ofMinutes(1));

        assertThat(world.condition("Stalled")).contains("TRUE/ModelNotFound");
        assertThat(world.cloud.faults().count("start")).isEqualTo(starts);
        assertThat(world.links.getLast().accepts()).isEqualTo(LinkDocument.Accepts.REFUSE);

        world.cloud.models().lists(NEW, 5);
        world.requests = new PowerRequests(Optional.of("by hand"), Optional.empty(), PowerRequests.Order.NONE);
        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(told()).isEqualTo(NEW);
    }

    @Test
    @DisplayName("E4 the disk of a stopped machine grows for a larger model, and does not shrink for a smaller one")
    void growsTheDiskForALargerModel() {
        asksFor(OLD, "machineTypes: [g4-standard-48]");
        world.wake();
        world.sleep();
        world.cloud.models().lists(NEW, 85);
        asksFor(NEW, "machineTypes: [g4-standard-48]");

        world.wake();

        assertThat(machine().disk().map(Disk::sizeGb)).contains(147);
        assertThat(told()).isEqualTo(NEW);
        assertThat(world.cloud.instances().created()).isEqualTo(1);
        world.sleep();
        asksFor(OLD, "machineTypes: [g4-standard-48]");
        world.wake();
        assertThat(machine().disk().map(Disk::sizeGb)).contains(147);
        assertThat(world.condition("Drifted")).isEmpty();
    }

    @Test
    @DisplayName(
            "E4 a model for which the disk of a serving machine is too small waits for the next wake, which lets it grow")
    void waitsWithAModelThatTheDiskIsTooSmallFor() {
        asksFor(OLD, "machineTypes: [g4-standard-96]");
        world.wake();
        world.guests.openStreams(1);
        world.cloud.models().lists(NEW, 120);
        asksFor(NEW, "machineTypes: [g4-standard-96]");
        world.passes(Duration.ofSeconds(5));

        assertGoesOnWith(OLD);
        assertThat(world.condition("Stalled")).isEmpty();
        assertThat(world.condition("Drifted")).contains("TRUE/ChangePending");
        assertThat(message("Drifted"))
                .contains("128 GB -> 190 GB", "and spec.model with it", "its disk has 128 GB, the models need 160");

        world.guests.openStreams(0);
        world.sleep();
        world.wake();
        assertThat(machine().disk().map(Disk::sizeGb)).contains(190);
        assertGoesOnWith(NEW);
    }

    @Test
    @DisplayName(
            "a model that only a larger type of the list holds makes the machine one of that type at its next wake")
    void becomesTheTypeThatHoldsTheModel() {
        asksFor(OLD, "machineTypes: [g2-standard-8, g2-standard-48]");
        world.wake();
        world.guests.openStreams(1);
        world.cloud.models().lists(NEW, 60);
        asksFor(NEW, "machineTypes: [g2-standard-8, g2-standard-48]");
        world.passes(Duration.ofSeconds(5));
        assertGoesOnWith(OLD);
        assertThat(message("Drifted"))
                .contains("spec.placement.machineTypes: g2-standard-8 -> g2-standard-48", "and spec.model with it");

        world.guests.openStreams(0);
        world.sleep();
        world.wake();

        assertThat(machine().machineType()).isEqualTo("g2-standard-48");
        assertThat(world.cloud.instances().created()).isEqualTo(1);
        assertGoesOnWith(NEW);
    }

    @Test
    @DisplayName("models that are on record as checked are not looked up again, by a new process neither")
    void looksUpNothingTwice() {
        world.wake();
        world.sleep();
        long before = world.cloud.models().asked();

        world.restart();
        world.wake();
        world.passes(Duration.ofMinutes(20));

        assertThat(world.cloud.models().asked()).isEqualTo(before);
    }

    @Test
    @DisplayName("a registry that cannot be asked does not keep a serving machine from its new model")
    void followsWhereTheRegistryIsSilent() {
        world.wake();
        world.guests.openStreams(1);
        world.cloud.models().says(NEW, new Listing.Unknown("it does not answer"));
        asksFor(NEW);

        world.passes(Duration.ofSeconds(5));

        assertGoesOnWith(NEW);
    }

    @Test
    @DisplayName(
            "P4 where the cloud refuses to let the disk grow, the machine wakes with the model that it has, and gets the new one once the disk has grown")
    void keepsItsModelWhereTheDiskMayNotGrow() {
        asksFor(OLD, "machineTypes: [g4-standard-96]");
        world.wake();
        world.sleep();
        world.cloud.models().lists(NEW, 120);
        asksFor(NEW, "machineTypes: [g4-standard-96]");
        world.cloud
                .faults()
                .failEvery("resizeDisk", new CloudFailure.QuotaExceeded("QUOTA_EXCEEDED", "SSD_TOTAL_GB", false, null));

        world.wake();

        assertGoesOnWith(OLD);
        assertThat(message("Drifted")).contains("SSD_TOTAL_GB");
        world.sleep();
        world.cloud.faults().recover("resizeDisk");
        world.passes(Duration.ofMinutes(61));
        world.wake();
        assertThat(machine().disk().map(Disk::sizeGb)).contains(190);
        assertGoesOnWith(NEW);
    }

    @Test
    @DisplayName("a machine is started with the model that it has, whether or not the registry still has that")
    void startsWithAModelThatTheRegistryDropped() {
        world.wake();
        world.sleep();
        world.cloud.models().says(OLD, new Listing.Absent());
        world.cloud.models().says(NEW, new Listing.Absent());
        asksFor(NEW);
        world.request();
        world.until(() -> world.power() instanceof MachineState.Failed);
        asksFor(OLD);

        world.wake();

        assertGoesOnWith(OLD);
        assertThat(world.condition("Stalled")).isEmpty();
    }
}
