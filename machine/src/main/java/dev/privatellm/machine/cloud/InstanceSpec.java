// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Duration;
import java.util.Map;

/**
 * What an instance is to be; its place, size and price come separately as an {@link Offering}.
 *
 * @param network network to attach it to, by name
 * @param subnet subnet of that network in the region of the offering, by name; empty for a network that has automatic ones
 * @param targetTag network tag, unique per resource, that the firewall rule targets
 * @param image image or image family, as the adapter's cloud writes it
 * @param diskSizeGb size of the boot disk in GB, at least 10
 * @param labels labels on the instance and its disk
 * @param metadata metadata by key, at start of its first boot
 * @param serviceAccount identity of the machine, e-mail form
 * @param maxRunDuration hard ceiling after which the cloud itself stops it
 * @param hasExternalAddress whether it has an address that is reached from outside its network
 * @param hasSecureBoot whether it starts signed software only
 */
public record InstanceSpec(
        InstanceName name,
        String network,
        String subnet,
        String targetTag,
        String image,
        int diskSizeGb,
        Map<String, String> labels,
        Map<String, String> metadata,
        String serviceAccount,
        Duration maxRunDuration,
        boolean hasExternalAddress,
        boolean hasSecureBoot) {

    public InstanceSpec {
        labels = Map.copyOf(labels);
        metadata = Map.copyOf(metadata);
        if (diskSizeGb < 10) {
            throw new IllegalArgumentException("diskSizeGb: %d (expected: >= 10)".formatted(diskSizeGb));
        }
    }
}
