// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.util.Optional;

/** Ends that somebody orders. */
final class EndScenes {
    private EndScenes() {}

    static void locksDown(World world) {
        world.requests = ordered(PowerRequests.Order.LOCK_DOWN);
        world.until(() -> world.last.isAtRest());
        world.requests = PowerRequests.NONE;
    }

    static void removes(World world) {
        removes(world, PowerRequests.Order.REMOVAL);
    }

    static void removesWithKey(World world) {
        removes(world, PowerRequests.Order.REMOVAL_WITH_KEY);
        world.until(() -> world.store.read().state().plan().parts().size() == 1);
    }

    static void retains(World world) {
        world.demand = Demand.NONE;
        world.requests = ordered(PowerRequests.Order.RETENTION);
        world.until(() -> world.last.isAtRest());
    }

    static void removesAfterTheBlow(World world, Strike strike) {
        world.request();
        world.until(() -> strike.hasStruck() || world.power() instanceof MachineState.Serving);
        strike.disarm();
        world.served.clear();
        removes(world);
    }

    private static void removes(World world, PowerRequests.Order order) {
        world.demand = Demand.NONE;
        world.requests = ordered(order);
        world.until(() -> Planner.isRemoved(world.store.read().state().plan()));
    }

    private static PowerRequests ordered(PowerRequests.Order order) {
        return new PowerRequests(Optional.empty(), Optional.empty(), order);
    }
}
