// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An instance as the cloud last described it.
 *
 * @param cloudId the cloud's own number for it; another machine of the same name has another
 * @param rawStatus the vendor's word, for messages
 * @param externalAddress address to reach it from outside; absent while it has none (stopped, or internal only)
 * @param internalAddress address inside its network; absent until it has one
 * @param externalPort port to reach it at where it is not the one it was configured with (an emulator without addresses of its own); otherwise empty
 * @param tags its network tags, which firewall rules name
 * @param metadata its metadata by key
 * @param metadataFingerprint must be sent back when the metadata is replaced; a stale one is refused
 * @param network network that it is attached to, by name
 * @param build what else only another machine can have otherwise
 * @param scheduling what the cloud does with its power by itself
 * @param disk what it boots from; absent if the cloud names none
 * @param labelFingerprint the same for its labels
 * @param createdAt when the cloud made it
 * @param lastStartedAt when it last got power; absent if never
 * @param lastStoppedAt when it was last down; absent if never
 */
public record Instance(
        InstanceId id,
        String cloudId,
        InstanceStatus status,
        String rawStatus,
        String machineType,
        ProvisioningModel provisioning,
        Optional<String> externalAddress,
        Optional<String> internalAddress,
        OptionalInt externalPort,
        Map<String, String> labels,
        Set<String> tags,
        Map<String, String> metadata,
        String metadataFingerprint,
        String network,
        Build build,
        Scheduling scheduling,
        Optional<Disk> disk,
        String labelFingerprint,
        Instant createdAt,
        Optional<Instant> lastStartedAt,
        Optional<Instant> lastStoppedAt) {

    public Instance {
        labels = Map.copyOf(labels);
        tags = Set.copyOf(tags);
        metadata = Map.copyOf(metadata);
    }

    /**
     * What it was built as.
     *
     * @param subnet subnet that it is attached to, by name; empty if the cloud names none
     * @param serviceAccount whom it acts as, by e-mail address; empty if it acts as nobody
     * @param isExternal whether it has an address outside its network whenever it has power
     * @param isSecureBoot whether it starts signed software only
     */
    public record Build(String subnet, String serviceAccount, boolean isExternal, boolean isSecureBoot) {}

    /** Metadata names secrets by version only, but it is long: messages show the identity and the state. */
    @Override
    public String toString() {
        return "%s %s (%s)".formatted(id, status, cloudId);
    }
}
