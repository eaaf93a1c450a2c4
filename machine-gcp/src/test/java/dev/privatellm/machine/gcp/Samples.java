// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.Artifact;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Zone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

/** The machine, rule and request that the tests of request shapes speak of. */
final class Samples {
    static final Zone ZONE = new Zone("us-central1-a");
    static final InstanceName NAME = new InstanceName("pllm-0123456789ab");
    static final InstanceId ID = new InstanceId(ZONE, NAME);
    static final RequestId REQUEST = RequestId.parse("11111111-2222-4333-8444-555555555555");
    static final String DONE = "{\"name\": \"operation-1\", \"status\": \"DONE\"}";
    static final String OPERATION =
            "{\"kind\": \"compute#operation\", \"name\": \"operation-1\", \"status\": \"RUNNING\", \"unheardOf\": 1}";
    static final InstanceSpec SPEC = machine("machine@golden-project.iam.gserviceaccount.com");

    private Samples() {}

    /** The same machine for every caller but for whom it acts as. */
    static InstanceSpec machine(String serviceAccount) {
        return machine(serviceAccount, "deeplearning-platform-release/common-cu128-ubuntu-2404-nvidia-570");
    }

    /** The same from another image. */
    static InstanceSpec machine(String serviceAccount, String image) {
        return new InstanceSpec(
                NAME,
                "default",
                "",
                "pllm-tag",
                image,
                128,
                Map.of("pllm-owner", "uid-1", "managed-by", "private-llm"),
                Map.of("pllm-config", "{\"schema\": 1}", "startup-script", "#!/bin/sh"),
                serviceAccount,
                Duration.ofHours(24),
                true,
                true);
    }

    /** A file of so many bytes, as a machine would fetch it. */
    static Artifact artifact(Path folder, int bytes) {
        try {
            byte[] content = new byte[bytes];
            new Random(bytes).nextBytes(content);
            String sha256 = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
            return new Artifact(sha256, Files.write(folder.resolve(sha256), content));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Offering offering(ProvisioningModel provisioning, String machineType) {
        return new Offering(provisioning, machineType, ZONE);
    }

    static FirewallRule rule(String... sources) {
        return new FirewallRule(
                "pllm-0123456789ab-ingress",
                "default",
                new TreeSet<>(List.of(sources)),
                "pllm-tag",
                8080,
                Optional.of(new FirewallRule.Owner("uid-1", "cluster-1", 3, Instant.parse("2026-11-21T10:00:00Z"))));
    }
}
