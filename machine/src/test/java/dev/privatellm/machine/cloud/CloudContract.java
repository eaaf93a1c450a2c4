// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** What the contract suites of all ports need of whoever runs them. Each test wants a project in which nothing of ours exists yet. */
public abstract class CloudContract {
    protected static final String OWNER = "11111111-2222-3333-4444-555555555555";
    protected static final String RESOURCE = "default_mine";
    protected static final InstanceName NAME = new InstanceName("pllm-0123456789ab");
    protected static final Zone ZONE = new Zone("us-central1-a");
    protected static final Zone OTHER_ZONE = new Zone("us-central1-b");
    protected static final Offering OFFERING = new Offering(ProvisioningModel.SPOT, "g2-standard-4", ZONE);

    /** Lets the cloud move on until the condition holds: a fake steps its clock, an adapter waits. Fails when it has become too long. */
    protected abstract void eventually(BooleanSupplier condition);

    protected static RequestId newRequest() {
        return new RequestId(UUID.randomUUID());
    }

    protected static InstanceSpec spec(InstanceName name, String owner) {
        return spec(name, owner, RESOURCE);
    }

    protected static InstanceSpec spec(InstanceName name, String owner, String resource) {
        return new InstanceSpec(
                name,
                "default",
                "",
                "pllm-tag",
                "projects/deeplearning-platform-release/global/images/family/common-cu128-ubuntu-2404-nvidia-570",
                128,
                Map.of("managed-by", "private-llm", "pllm-owner", owner, "pllm-resource", resource),
                Map.of("pllm-config", "{\"schema\":1,\"port\":8080}"),
                "default",
                Duration.ofHours(24),
                true,
                true);
    }
}
