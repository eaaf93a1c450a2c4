// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.Trust;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;

/** What several {@link Workload}s do. */
final class Scenes {
    static final InstanceId OURS = new InstanceId(new Zone("us-central1-a"), World.NAMES.instance());
    static final String NEW_EGRESS = "198.51.100.99";

    private Scenes() {}

    /** The usual document with further lines under {@code power} and {@code security}. */
    static PrivateLlm usual(String power, String security) {
        return usual(power, security, "ECDSA_P256", "zonePatienceSeconds: 120");
    }

    static PrivateLlm usual(String power, String security, String keyAlgorithm, String placement) {
        return DocumentReader.read(
                """
                apiVersion: privatellm.dev/v1alpha1
                kind: PrivateLlm
                metadata:
                  name: llama
                spec:
                  provider:
                    gcp:
                      projectId: example-project
                  placement:
                    zones: [us-central1-a, us-central1-b, us-central1-c]
                    machineTypes: [g2-standard-8]
                    %s
                  model:
                    name: llama3.2:3b
                  power:
                    firstBoot: OnDemand
                    idleTimeoutSeconds: 60
                    maxUptimeSeconds: 864000
                %s
                  security:
                    keyAlgorithm: %s
                %s
                """.formatted(placement, power.indent(4).stripTrailing(), keyAlgorithm, security.indent(4)));
    }

    static void asleep(World world) {
        world.wake();
        world.sleep();
    }

    static void exhaust(World world, String... zones) {
        for (String zone : zones) {
            world.cloud.instances().exhaust(new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone(zone)));
        }
    }

    static InstanceId preempt(World world) {
        InstanceId lost =
                world.store.read().state().plan().machine().orElseThrow().id();
        world.cloud.instances().preempt(lost);
        return lost;
    }

    static void servesElsewhere(World world, InstanceId lost) {
        world.until(() -> world.power() instanceof MachineState.Serving
                && world.cloud.instances().all().stream()
                        .noneMatch(machine -> machine.id().equals(lost))
                && world.last.effect().isEmpty());
    }

    static void secondGeneration(World world) {
        world.until(() ->
                world.store.read().state().plan().trust().inUse().orElseThrow().generation() >= 2
                        && world.store.read().state().plan().trust().prepared().isEmpty()
                        && world.last.effect().isEmpty());
        world.guests.openStreams(0);
    }

    static void changesAuthority(World world, boolean compromised) {
        world.requests = PowerRequests.NONE.changingAuthority(new PowerRequests.NewAuthority("another", compromised));
        world.until(() -> {
            Trust trust = world.store.read().state().plan().trust();
            return trust.authorityChange().isEmpty()
                    && trust.authorityDone().isPresent()
                    && world.last.effect().isEmpty();
        });
    }

    static void servesAStream(World world) {
        world.wake();
        world.guests.openStreams(1);
    }
}
