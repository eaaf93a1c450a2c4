// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cost.LedgerEntry;
import dev.privatellm.machine.plan.Holding;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Run;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a run has ended: what stands in the cloud and what the record says of it, without the times, ids and generations that differ from run to run.
 *
 * @param billed time that our machines were charged for
 */
record Ending(Map<String, String> facts, Duration billed, int machinesMade) {

    /** What differs from run to run though nothing else does. */
    private static final Pattern PASSING = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9-]+z|(?<=versions/)[0-9]+|"
            + "(?<=\"csrNonce\":\")[^\"]+|cloud-[0-9]+|(?<=expiresAt=)[^\\]]+");

    /**
     * The end of a run.
     *
     * @param served what {@link #served} said when the piece was over
     */
    static Ending of(World world, Map<String, String> served) {
        PlanState plan = world.store.read().state().plan();
        Map<String, String> facts = new TreeMap<>(served);
        facts.put(
                "machines",
                text(world.cloud.instances().all().stream().map(Ending::whole).toList()));
        facts.put("rules", text(world.cloud.firewalls().all()));
        facts.put("conditions", text(conditions(world)));
        facts.put("book", text(booked(world)));
        facts.put("what is held", text(held(plan)));
        facts.put("labels of the secrets", new TreeMap<>(world.cloud.secrets().labels()).toString());
        facts.put("bundle of the machine", bundles(world));
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

    /** What stands while the piece ends, before its machine sleeps: the rule, with whom it belongs to. */
    static Map<String, String> served(World world) {
        return Map.of("rules while it served", text(world.cloud.firewalls().all()));
    }

    private static String whole(Instance machine) {
        return List.of(
                        machine.id(),
                        machine.status(),
                        machine.machineType(),
                        machine.provisioning(),
                        machine.disk(),
                        machine.network(),
                        machine.build(),
                        new TreeSet<>(machine.tags()),
                        new TreeMap<>(machine.labels()),
                        new TreeMap<>(machine.metadata()))
                .toString();
    }

    private static List<String> conditions(World world) {
        return world.store.read().state().conditions().stream()
                .map(condition -> "%s=%s/%s".formatted(condition.type(), condition.status(), condition.reason()))
                .toList();
    }

    /** Each run, and each thing that stood. What is paid for a key is counted anew whenever one of its versions goes: how often that was, is of no account. */
    private static List<String> booked(World world) {
        Map<Boolean, List<String>> lines = world.ledger.entries().stream()
                .collect(Collectors.partitioningBy(
                        LedgerEntry.MachineRun.class::isInstance,
                        Collectors.mapping(Ending::line, Collectors.toList())));
        return Stream.concat(lines.get(true).stream(), lines.get(false).stream().distinct())
                .toList();
    }

    private static String line(LedgerEntry entry) {
        return switch (entry) {
            case LedgerEntry.MachineRun run -> "%s at %s: %s".formatted(run.offering(), run.usdPerHour(), run.reason());
            case LedgerEntry.Standing standing -> line(standing.holding());
        };
    }

    private static String line(Holding holding) {
        return "%s %s at %s".formatted(holding.kind(), holding.name(), holding.usdPerMonth());
    }

    private static List<String> held(PlanState plan) {
        return plan.holdings().stream()
                .filter(holding -> holding.until().isEmpty())
                .map(Ending::line)
                .toList();
    }

    /** Of each machine of ours whether it can read the bundle that it is told of. */
    private static String bundles(World world) {
        return text(world.cloud.instances().all().stream()
                .filter(machine -> World.UID.equals(machine.labels().get("pllm-owner")))
                .map(machine -> Optional.ofNullable(machine.metadata().get("pllm-config"))
                        .map(config -> JsonMapper.shared()
                                .readTree(config)
                                .path("secretVersion")
                                .asString(""))
                        .map(version -> world.cloud.secrets().isStanding(version) ? "stands" : "is gone")
                        .orElse("was never named"))
                .toList());
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
        return PASSING.matcher(
                        things.stream().map(Object::toString).sorted().toList().toString())
                .replaceAll("…");
    }
}
