// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static dev.privatellm.controller.step.Scenes.OURS;
import static dev.privatellm.controller.step.Scenes.asleep;
import static dev.privatellm.controller.step.Scenes.exhaust;

import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.ModelRegistry;
import dev.privatellm.machine.power.Demand;
import java.time.Duration;

/** What others have under our names, and a record that is gone. */
final class OthersScenes {
    private OthersScenes() {}

    static void losesTheRecord(World world) {
        exhaust(world, "us-central1-a");
        asleep(world);
        world.cloud.instances().replenish();
        long version = world.store.read().version();
        world.store.compareAndSet(version, ResourceState.initial(world.clock.instant()));
        world.restart();
        world.newProcesses = 0;
        world.cloud.faults().failNext("findByOwner", Faults.lost());
        world.cloud.faults().failNext("findByOwner", Faults.lost());
    }

    static void losesTheMachineToSomebody(World world) {
        asleep(world);
        world.cloud.instances().removeFromOutside(OURS);
        Bystanders.machine(world, OURS);
    }

    static void losesTheRuleToSomebody(World world) {
        asleep(world);
        Bystanders.rule(world, World.NAMES.rule());
    }

    static void isHeldByAnother(World world) {
        asleep(world);
        Bystanders.holds(world, OURS, Duration.ofMinutes(2));
    }

    static void comesToAskForWhatIsNot(World world) {
        world.request();
        world.until(() ->
                !world.cloud.artifacts().all().isEmpty() && world.last.effect().isEmpty());
        world.cloud.models().says("lama3.2:3b", new ModelRegistry.Listing.Absent());
        world.document = World.sample("", "lama3.2:3b", "us-central1-a");
        world.generation++;
        world.passes(Duration.ofMinutes(3));
        world.demand = Demand.NONE;
    }

    static void refused(World world) {
        world.request();
        world.passes(Duration.ofMinutes(3));
        world.demand = Demand.NONE;
    }
}
