// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cost.LedgerEntry;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Run;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a run has ended: what stands in the cloud and what the record says of it, without the times, ids and generations that differ from run to run.
 *
 * @param billed time that our machines were charged for
 */
record Ending(Map<String, String> facts, Duration billed, int machinesMade) {

    static Ending of(World world) {
        PlanState plan = world.store.read().state().plan();
        Map<String, String> facts = new TreeMap<>();
        facts.put(
                "machines",
                text(world.cloud.instances().all().stream()
                        .map(machine -> "%s %s %s %s %s"
                                .formatted(
                                        machine.id(),
                                        machine.status(),
                                        machine.machineType(),
                                        machine.disk(),
                                        machine.labels().get("pllm-owner")))
                        .toList()));
        facts.put(
                "rules",
                text(world.cloud.firewalls().all().stream()
                        .map(rule -> rule.name() + rule.sourceRanges())
                        .toList()));
        facts.put("secret", String.valueOf(world.cloud.secrets().exists(World.NAMES.secret())));
        facts.put(
                "versions of the key", String.valueOf(world.cloud.keys().kept().size()));
        facts.put("authorities", world.authorities.successor().isPresent() ? "two" : "one");
        facts.put("networks", text(world.cloud.networks().made()));
        facts.put("subnets", text(world.cloud.networks().madeSubnets()));
        facts.put("accounts", text(world.cloud.identities().all()));
        facts.put("buckets", text(world.cloud.artifacts().all()));
        facts.put("power", power(plan.power()));
        facts.put("under way", text(plan.operations()));
        facts.put("other disk", text(plan.predecessor().stream().toList()));
        facts.put("rule on record", text(plan.rule().stream().toList()));
        facts.put("wake under way", String.valueOf(plan.activity().wakeStarted().isPresent()));
        facts.put("requests answered", String.valueOf(world.served.size()));
        facts.put("runs", String.valueOf(plan.runs().size()));
        facts.put("runs that are not in the book", text(unbooked(world, plan)));
        return new Ending(
                facts, world.cloud.instances().billed(), world.cloud.instances().created());
    }

    private static String power(MachineState power) {
        return power instanceof MachineState.Failed failed
                ? "Failed " + failed.reason()
                : power.getClass().getSimpleName();
    }

    private static List<Long> unbooked(World world, PlanState plan) {
        List<Long> booked = world.ledger.entries().stream()
                .filter(LedgerEntry.MachineRun.class::isInstance)
                .map(entry -> ((LedgerEntry.MachineRun) entry).id())
                .toList();
        return plan.runs().stream()
                .map(Run::id)
                .filter(id -> !booked.contains(id))
                .toList();
    }

    private static String text(List<?> things) {
        return things.stream().map(Object::toString).sorted().toList().toString();
    }
}
