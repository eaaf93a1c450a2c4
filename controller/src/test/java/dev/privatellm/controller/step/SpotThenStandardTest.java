// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.privatellm.controller.status.ResourceStatus.BlockStatus;
import dev.privatellm.controller.status.ResourceStatus.MachineStatus;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How machines are bought, and where they go when the cloud takes them away. */
final class SpotThenStandardTest {
    private static final String ZONES = "us-central1-a, us-central1-b";

    private final World world = new World();

    private void document(String provisioning, String more) {
        world.document = World.sample(
                "",
                "llama3.2:3b",
                ZONES,
                "machineTypes: [g2-standard-8]\nprovisioning: %s\n%s".formatted(provisioning, more));
    }

    private static Offering spot(String zone) {
        return new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone(zone));
    }

    private MachineStatus machine() {
        return world.last.status().machine().orElseThrow();
    }

    private void preempt() {
        Instance running = world.cloud.instances().billable().getFirst();
        world.request();
        world.cloud.instances().preempt(running.id());
        world.until(() -> !(world.power() instanceof MachineState.Serving));
        world.until(() -> world.power() instanceof MachineState.Serving);
    }

    @Test
    @DisplayName("P6 a machine that is taken away while somebody waits comes back in another zone at once")
    void failsOverAtOnceAfterAPreemption() {
        document("Spot", "");
        world.wake();
        assertThat(machine().zone()).isEqualTo("us-central1-a");

        preempt();

        assertThat(machine().zone()).isEqualTo("us-central1-b");
        assertThat(world.cloud.faults().count("start")).isZero();
        world.until(() -> world.cloud.instances().all().size() == 1);
        assertThat(world.cloud.instances().doubleBilled()).isZero();
    }

    @Test
    @DisplayName("a machine that is taken away with nowhere else to go is tried where it was")
    void triesItsOwnZoneIfThereIsNoOther() {
        world.document = World.sample("", "llama3.2:3b", "us-central1-a");
        world.wake();

        preempt();

        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "SpotThenStandard: with no spot machine anywhere a standard one is made, and every spot offering says why not")
    void buysAStandardMachineIfThereIsNoSpotMachine() {
        document("SpotThenStandard", "");
        world.cloud.instances().exhaust(spot("us-central1-a"));
        world.cloud.instances().exhaust(spot("us-central1-b"));

        world.wake();

        assertThat(machine().provisioning()).isEqualTo("STANDARD");
        assertThat(world.last.status().blocks())
                .extracting(BlockStatus::provisioning, BlockStatus::zone, BlockStatus::code)
                .containsExactly(
                        tuple("SPOT", "us-central1-a", "ZONE_RESOURCE_POOL_EXHAUSTED"),
                        tuple("SPOT", "us-central1-b", "ZONE_RESOURCE_POOL_EXHAUSTED"));
    }

    @Test
    @DisplayName("SpotThenStandard: two preemptions within an hour, and the next machine is a standard one")
    void buysAStandardMachineAfterTwoPreemptions() {
        document("SpotThenStandard", "");
        world.wake();

        preempt();
        assertThat(machine().provisioning()).isEqualTo("SPOT");
        preempt();

        assertThat(machine().provisioning()).isEqualTo("STANDARD");
        assertThat(world.last.status().blocks()).extracting(BlockStatus::code).contains("PREEMPTED_REPEATEDLY");
    }

    @Test
    @DisplayName("Spot: however often it is taken away, it stays a spot machine")
    void staysSpotWhereOnlySpotIsAllowed() {
        document("Spot", "");
        world.wake();

        preempt();
        preempt();

        assertThat(machine().provisioning()).isEqualTo("SPOT");
    }

    @Test
    @DisplayName(
            "SpotThenStandard: after a sleep a spot machine is tried again, and the standard disk goes once it serves")
    void returnsToSpotAfterASleep() {
        document("SpotThenStandard", "");
        world.cloud.instances().exhaust(spot("us-central1-a"));
        world.cloud.instances().exhaust(spot("us-central1-b"));
        world.wake();
        world.sleep();
        world.cloud.instances().replenish();
        world.passes(Duration.ofHours(1));

        world.wake();

        assertThat(machine().provisioning()).isEqualTo("SPOT");
        world.until(() -> world.cloud.instances().all().size() == 1);
    }

    @Test
    @DisplayName(
            "SpotThenStandard: if there is still no spot machine after a sleep, the standard one is started from its disk")
    void goesBackToTheStandardDisk() {
        document("SpotThenStandard", "");
        world.cloud.instances().exhaust(spot("us-central1-a"));
        world.cloud.instances().exhaust(spot("us-central1-b"));
        world.wake();
        world.sleep();
        world.passes(Duration.ofHours(1));

        world.wake();

        assertThat(machine().provisioning()).isEqualTo("STANDARD");
        assertThat(world.cloud.instances().created()).isEqualTo(1);
        assertThat(world.cloud.faults().count("start")).isEqualTo(1);
    }

    @Test
    @DisplayName("zonePatienceSeconds: 0 makes a new disk elsewhere as soon as the disk's own zone has nothing")
    void hasAsMuchPatienceAsTheDocumentSays() {
        document("Spot", "zonePatienceSeconds: 0");
        world.wake();
        world.sleep();
        world.cloud.instances().exhaust(spot("us-central1-a"));

        world.wake();

        assertThat(machine().zone()).isEqualTo("us-central1-b");
        assertThat(world.cloud.faults().count("start")).isEqualTo(1);
    }
}
