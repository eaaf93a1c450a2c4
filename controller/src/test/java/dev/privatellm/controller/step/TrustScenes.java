// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static dev.privatellm.controller.step.Scenes.NEW_EGRESS;
import static dev.privatellm.controller.step.Scenes.asleep;
import static dev.privatellm.controller.step.Scenes.changesAuthority;
import static dev.privatellm.controller.step.Scenes.secondGeneration;
import static dev.privatellm.controller.step.Scenes.usual;

import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What both sides prove themselves with, and from where the machine may be called. */
final class TrustScenes {
    private TrustScenes() {}

    static void asleepWithAnUploadedKey(World world) {
        asleep(world);
        world.document = usual("", "serverKey: Uploaded");
        world.generation++;
    }

    /** Its guest loads what it is told of only after a while. */
    static void servesAStream(World world) {
        Scenes.servesAStream(world);
        world.guests.followAfter(Duration.ofMinutes(1));
    }

    static void servesForFiveDays(World world) {
        servesAStream(world);
        world.cloud.firewalls().pace(Duration.ZERO);
        world.clock.advance(Duration.ofDays(5));
    }

    static void servesWithARuleAtOnce(World world) {
        Scenes.servesAStream(world);
        world.cloud.firewalls().pace(Duration.ZERO);
    }

    static void rotatesByHand(World world) {
        world.requests = PowerRequests.NONE.rotating("by hand");
        secondGeneration(world);
    }

    static void takesAnotherAuthority(World world) {
        changesAuthority(world, false);
        world.guests.openStreams(0);
    }

    static void isCalledFromElsewhere(World world) {
        world.guests.callsComeFrom(NEW_EGRESS);
        world.egress = Optional.of(new TreeSet<>(Set.of(NEW_EGRESS)));
        world.until(() -> world.power() instanceof MachineState.Serving serving
                && serving.unreachableSince().isEmpty()
                && world.cloud.firewalls().admits(NEW_EGRESS + "/32", World.NAMES.tag(), 8080)
                && world.last.effect().isEmpty());
        world.guests.openStreams(0);
    }
}
