// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Subnet;
import dev.privatellm.machine.cloud.Zone;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A machine of the user's with all that it stands on, and a document by which it is to be taken over. */
final class OldInstallation {
    static final InstanceId MACHINE = new InstanceId(new Zone("us-central1-a"), new InstanceName("private-llm-vm"));
    static final String ACCOUNT = "private-llm-vm@example-project.iam.gserviceaccount.com";

    private OldInstallation() {}

    /** The document that names the machine by this number. */
    static String text(String number) {
        return """
                apiVersion: privatellm.dev/v1alpha1
                kind: PrivateLlm
                metadata: {name: llama}
                spec:
                  provider: {gcp: {projectId: example-project, serviceAccount: %s}}
                  placement:
                    zones: [us-central1-a, us-central1-b]
                    machineTypes: [g2-standard-8]
                  model: {name: "llama3.2:3b"}
                  power: {firstBoot: OnDemand, idleTimeoutSeconds: 60}
                  network: {vpc: private-llm, subnet: private-llm-subnet}
                  security: {keyAlgorithm: ECDSA_P256}
                  adopt: {instance: private-llm-vm, id: "%s"}
                """.formatted(ACCOUNT, number);
    }

    /** Stands there with power, and the world's document names it. */
    static void plant(World world, Map<String, String> labels, ProvisioningModel provisioning) {
        world.cloud.identities().create("private-llm-vm", "", "");
        world.cloud.networks().plant(new Network("private-llm", false, Optional.empty()));
        world.cloud
                .networks()
                .plant(new Subnet("us-central1", "private-llm-subnet", "private-llm", "10.10.0.0/24", true));
        Map<String, String> all = new HashMap<>(labels);
        all.put("colour", "blue");
        world.cloud
                .instances()
                .plant(
                        new InstanceSpec(
                                MACHINE.name(),
                                "private-llm",
                                "private-llm-subnet",
                                "private-llm",
                                "image",
                                128,
                                all,
                                Map.of("startup-script", "the old one"),
                                ACCOUNT,
                                Duration.ofDays(1),
                                true,
                                true),
                        new Offering(provisioning, "g2-standard-8", MACHINE.zone()));
        world.document = DocumentReader.read(
                text(world.cloud.instances().find(MACHINE).orElseThrow().cloudId()));
    }

    /** The same, without power by now. */
    static void standIn(World world, ProvisioningModel provisioning) {
        plant(world, Map.of(), provisioning);
        stop(world);
    }

    /** Somebody else stops it. */
    static void stop(World world) {
        world.cloud.instances().stop(MACHINE, new RequestId(new UUID(1, 1)));
        world.clock.advance(Duration.ofMinutes(2));
    }
}
