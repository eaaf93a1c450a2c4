// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static dev.privatellm.controller.step.Scenes.OURS;
import static dev.privatellm.controller.step.Scenes.asleep;
import static dev.privatellm.controller.step.Scenes.exhaust;
import static dev.privatellm.controller.step.Scenes.preempt;
import static dev.privatellm.controller.step.Scenes.servesElsewhere;
import static dev.privatellm.controller.step.Scenes.usual;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.Optional;

/** Where a machine runs, what kind of one, and what takes it away or holds it back. */
final class PowerScenes {
    private PowerScenes() {}

    static void goneFromTwoZones(World world) {
        asleep(world);
        world.cloud.instances().removeFromOutside(OURS);
        world.cloud.instances().insertsStayHidden(Duration.ofSeconds(20));
        exhaust(world, "us-central1-a", "us-central1-b");
    }

    static void asleepInAZoneThatHasNothing(World world) {
        asleep(world);
        exhaust(world, "us-central1-a", "us-central1-b");
    }

    static void moves(World world) {
        world.wake();
        world.until(() -> world.store.read().state().plan().predecessor().isEmpty());
    }

    static void isTakenAwayWhileBooting(World world) {
        world.request();
        world.until(() -> world.power() instanceof MachineState.Booting);
        servesElsewhere(world, preempt(world));
    }

    static void isTakenAwayWhileServing(World world) {
        InstanceId lost = preempt(world);
        world.request();
        servesElsewhere(world, lost);
    }

    static void isTakenAwayAndNotMissed(World world) {
        preempt(world);
        world.until(() -> world.power() instanceof MachineState.Preempted && world.last.isAtRest());
    }

    static void changes(World world) {
        world.document = World.sample(
                "maxUptimeSeconds: 432000",
                "llama3.2:3b",
                "us-central1-a, us-central1-b, us-central1-c",
                "machineTypes: [g2-standard-16]\ndisk: {sizeGb: 256}");
        world.generation++;
        world.sleep();
        world.wake();
    }

    static void hasSecondThoughts(World world) {
        world.requests = new PowerRequests(Optional.empty(), Optional.of("sleep"), PowerRequests.Order.NONE);
        world.until(() -> world.power() instanceof MachineState.Draining);
        world.demand = new Demand(0, 1, Optional.of(world.clock.instant()));
        world.until(() -> world.power() instanceof MachineState.Serving
                && world.last.effect().isEmpty());
        world.demand = new Demand(0, 0, Optional.of(world.clock.instant()));
    }

    static void pausesAndResumes(World world) {
        world.document = usual("powerState: Stopped\ndrainTimeoutSeconds: 60", "");
        world.generation++;
        world.until(() -> world.last.isAtRest());
        world.guests.openStreams(0);
        world.document = usual("", "");
        world.generation++;
        world.wake();
    }

    static void isPausedOnItsWay(World world) {
        world.request();
        world.until(() -> world.power() instanceof MachineState.Booting);
        PrivateLlm usual = world.document;
        world.document = KeptTest.paused(usual);
        world.passes(Duration.ofMinutes(5));
        world.document = usual;
        world.wake();
    }
}
