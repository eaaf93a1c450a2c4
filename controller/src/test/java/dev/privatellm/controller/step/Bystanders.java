// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.LabelTime;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Zone;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/** What belongs to somebody else in the same project. In every world there is some of it, and more in some. */
final class Bystanders {
    private static final String OWNER = "somebody-else";
    private static final String THEIRS = "pllm-000000000000";

    private Bystanders() {}

    /** A sleeping machine that is called like ours, in a zone that we may not use, a rule and a secret of our kind. */
    static void plant(World world) {
        machine(world, new InstanceId(new Zone("europe-west4-a"), World.NAMES.instance()));
        machine(world, new InstanceId(new Zone("us-central1-a"), new InstanceName(THEIRS)));
        rule(world, THEIRS + "-ingress");
        secret(world, THEIRS + "-bundle");
    }

    static void machine(World world, InstanceId id) {
        world.cloud
                .instances()
                .plant(
                        new InstanceSpec(
                                id.name(),
                                "default",
                                "",
                                "tag",
                                "image",
                                128,
                                Map.of("pllm-owner", OWNER),
                                Map.of(),
                                "default",
                                Duration.ofDays(1),
                                true,
                                true),
                        new Offering(ProvisioningModel.SPOT, "g2-standard-8", id.zone()));
        world.cloud.instances().loseFromOutside(id);
    }

    /** Somebody who takes himself for us claims our machine for so long. */
    static void holds(World world, InstanceId id, Duration time) {
        Instance machine = world.cloud.instances().find(id).orElseThrow();
        Map<String, String> labels = new HashMap<>(machine.labels());
        labels.put(LabelTime.HOLDER, OWNER);
        labels.put(LabelTime.LEASE, LabelTime.write(world.clock.instant().plus(time)));
        world.cloud.instances().setLabels(id, labels, machine.labelFingerprint(), new RequestId(UUID.randomUUID()));
    }

    /** Whether somebody else has claimed a machine and his claim has not ended. */
    static boolean isHeld(World world, InstanceId id) {
        return world.cloud.instances().all().stream()
                .filter(machine -> machine.id().equals(id))
                .map(Instance::labels)
                .filter(labels -> OWNER.equals(labels.get(LabelTime.HOLDER)))
                .flatMap(labels -> LabelTime.read(labels.get(LabelTime.LEASE)).stream())
                .anyMatch(until -> world.clock.instant().isBefore(until));
    }

    static void rule(World world, String name) {
        world.cloud
                .firewalls()
                .plant(new FirewallRule(
                        name, "default", new TreeSet<>(List.of("192.0.2.1/32")), "their-tag", 8080, Optional.empty()));
    }

    static void secret(World world, String name) {
        world.cloud.secrets().ensure(name, Map.of("pllm-owner", OWNER), Optional.empty());
        world.cloud.secrets().addVersion(name, new byte[] {1});
    }

    /** All of it, as it is now. */
    static List<String> of(World world) {
        Stream<String> machines = world.cloud.instances().all().stream()
                .filter(machine -> OWNER.equals(machine.labels().get("pllm-owner")))
                .map(machine -> "%s %s %s %s"
                        .formatted(machine, machine.lastStoppedAt(), machine.metadata(), machine.labels()));
        Stream<String> rules = world.cloud.firewalls().all().stream()
                .filter(rule -> rule.owner().isEmpty())
                .map(FirewallRule::toString);
        Stream<String> secrets = Stream.of(THEIRS + "-bundle", World.NAMES.secret())
                .filter(name -> world.cloud.secrets().isOwnedBy(name, OWNER))
                .map(name -> name + " " + world.cloud.secrets().versions(name));
        return Stream.of(machines, rules, secrets).flatMap(all -> all).sorted().toList();
    }
}
