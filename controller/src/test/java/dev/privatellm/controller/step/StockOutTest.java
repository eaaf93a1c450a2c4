// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * How many attempts a machine takes where nine of ten offerings have none: three zones, two machine types, bought in two ways. Optimal is to try each offering
 * once, in the order of the document, up to the first that has one: nobody can know better before trying.
 */
@DisplayName("90 % stock-out over 3 zones, 2 types, 2 ways of buying")
final class StockOutTest {
    private static final int SEEDS = 60;
    private static final double HAS_NONE = 0.9;
    private static final List<String> ZONES = List.of("us-central1-a", "us-central1-b", "europe-west4-a");
    private static final List<String> TYPES = List.of("g2-standard-8", "g4-standard-48");

    private static List<Offering> offerings() {
        List<Offering> all = new ArrayList<>();
        for (ProvisioningModel way : ProvisioningModel.values()) {
            for (String type : TYPES) {
                ZONES.forEach(zone -> all.add(new Offering(way, type, new Zone(zone))));
            }
        }
        return all;
    }

    private static World world() {
        World world = new World();
        world.document = World.sample(
                "",
                "llama3.2:3b",
                String.join(", ", ZONES),
                "machineTypes: [%s]\nprovisioning: SpotThenStandard\nzonePatienceSeconds: 0"
                        .formatted(String.join(", ", TYPES)));
        return world;
    }

    /** Leaves one of ten, at random; tells which attempt finds the first of them, 0 if none is left. */
    private static int exhaust(World world, Random random) {
        int first = 0;
        List<Offering> all = offerings();
        for (int i = 0; i < all.size(); i++) {
            if (random.nextDouble() < HAS_NONE) {
                world.cloud.instances().exhaust(all.get(i));
            } else if (first == 0) {
                first = i + 1;
            }
        }
        return first;
    }

    @Test
    @DisplayName(
            "the first machine serves after the optimal number of attempts, and nothing is left behind where there is none")
    void makesTheFirstMachineInTheOptimalNumberOfAttempts() {
        int served = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            World world = world();
            int optimal = exhaust(world, new Random(seed));
            world.request();
            Instant asked = world.clock.instant();

            world.until(() ->
                    world.power() instanceof MachineState.Serving || world.power() instanceof MachineState.Failed);

            if (optimal == 0) {
                assertThat(world.cloud.faults().count("insert"))
                        .as("seed %d", seed)
                        .isEqualTo(offerings().size());
                assertThat(world.condition("Stalled")).contains("TRUE/NoCapacity");
                assertThat(world.last.status().blocks()).hasSize(offerings().size());
                assertThat(world.cloud.instances().all()).isEmpty();
                continue;
            }
            served++;
            assertThat(world.power()).as("seed %d", seed).isInstanceOf(MachineState.Serving.class);
            assertThat(world.cloud.faults().count("insert")).as("seed %d", seed).isEqualTo(optimal);
            assertThat(world.cloud.instances().created()).as("seed %d", seed).isEqualTo(1);
            assertThat(world.cloud.instances().all().getFirst().labels())
                    .as("seed %d", seed)
                    .containsEntry("pllm-attempt", String.valueOf(optimal));
            assertThat(world.cloud.instances().doubleBilled())
                    .as("seed %d", seed)
                    .isZero();
            assertThat(Duration.between(asked, world.clock.instant()))
                    .as("seed %d: an attempt takes the cloud 3 s, a boot takes a few", seed)
                    .isLessThan(Duration.ofSeconds(4L * optimal + 60));
        }
        assertThat(served).as("seeds with an offering left").isGreaterThan(SEEDS / 2);
    }

    @Test
    @DisplayName(
            "a machine whose own zone has nothing is tried there once, and then serves from a new disk after the optimal number of attempts")
    void leavesAnExhaustedZoneInTheOptimalNumberOfAttempts() {
        for (int seed = 0; seed < SEEDS / 3; seed++) {
            World world = world();
            world.wake();
            world.sleep();
            int optimal = exhaust(world, new Random(2_000 + seed));
            long before = world.cloud.faults().count("insert");
            world.request();

            world.until(() ->
                    world.power() instanceof MachineState.Serving || world.power() instanceof MachineState.Failed);

            long attempts = world.cloud.faults().count("insert")
                    - before
                    + world.cloud.faults().count("start");
            assertThat(attempts)
                    .as("seed %d", seed)
                    .isEqualTo(optimal == 0 ? offerings().size() : optimal);
            assertThat(world.cloud.instances().billable()).as("seed %d", seed).hasSize(optimal == 0 ? 0 : 1);
        }
    }

    @Test
    @DisplayName("an interrupted wake, its process killed after any attempt, makes no attempt twice")
    void goesOnWhereAProcessDied() {
        for (int seed = 0; seed < SEEDS / 3; seed++) {
            World world = world();
            Random random = new Random(1_000 + seed);
            int optimal = exhaust(world, random);
            world.request();
            while (!(world.power() instanceof MachineState.Serving)
                    && !(world.power() instanceof MachineState.Failed)) {
                long attempts = world.cloud.faults().count("insert");
                world.until(() -> world.cloud.faults().count("insert") > attempts
                        || world.power() instanceof MachineState.Serving
                        || world.power() instanceof MachineState.Failed);
                world.restart();
            }

            assertThat(world.cloud.faults().count("insert"))
                    .as("seed %d", seed)
                    .isEqualTo(optimal == 0 ? offerings().size() : optimal);
            assertThat(world.cloud.instances().doubleBilled())
                    .as("seed %d", seed)
                    .isZero();
        }
    }
}
