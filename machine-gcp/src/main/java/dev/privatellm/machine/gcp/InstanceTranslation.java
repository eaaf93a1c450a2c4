// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.compute.v1.AccessConfig;
import com.google.cloud.compute.v1.AttachedDisk;
import com.google.cloud.compute.v1.Items;
import com.google.cloud.compute.v1.NetworkInterface;
import com.google.cloud.compute.v1.ServiceAccount;
import dev.privatellm.machine.cloud.Disk;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Scheduling;
import dev.privatellm.machine.cloud.Zone;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** What Compute Engine says of an instance, as our value. Google writes "nothing" as an empty string, which becomes absence here. */
final class InstanceTranslation {
    /** Where an emulator without addresses of its own says at which port of the loopback address a machine is reached. */
    private static final String PORT_LABEL = "lab-port";

    private InstanceTranslation() {}

    /** @param emulated whether {@value #PORT_LABEL} is honoured; on the real cloud anybody who may label could redirect us with it */
    static Instance of(com.google.cloud.compute.v1.Instance instance, boolean emulated) {
        Optional<NetworkInterface> nic =
                instance.getNetworkInterfacesList().stream().findFirst();
        Map<String, String> metadata = instance.getMetadata().getItemsList().stream()
                .collect(Collectors.toMap(Items::getKey, Items::getValue));
        return new Instance(
                new InstanceId(new Zone(lastSegment(instance.getZone())), new InstanceName(instance.getName())),
                Long.toUnsignedString(instance.getId()),
                InstanceStatuses.of(instance.getStatus()),
                instance.getStatus(),
                lastSegment(instance.getMachineType()),
                instance.getScheduling().getProvisioningModel().equals("SPOT")
                        ? ProvisioningModel.SPOT
                        : ProvisioningModel.STANDARD,
                nic.flatMap(n -> n.getAccessConfigsList().stream().findFirst())
                        .map(AccessConfig::getNatIP)
                        .filter(a -> !a.isEmpty()),
                nic.map(NetworkInterface::getNetworkIP).filter(a -> !a.isEmpty()),
                emulated ? port(instance.getLabelsMap().getOrDefault(PORT_LABEL, "")) : OptionalInt.empty(),
                instance.getLabelsMap(),
                Set.copyOf(instance.getTags().getItemsList()),
                metadata,
                instance.getMetadata().getFingerprint(),
                nic.map(n -> lastSegment(n.getNetwork())).orElse(""),
                new Instance.Build(
                        nic.map(n -> lastSegment(n.getSubnetwork())).orElse(""),
                        instance.getServiceAccountsList().stream()
                                .findFirst()
                                .map(ServiceAccount::getEmail)
                                .orElse(""),
                        nic.filter(n -> n.getAccessConfigsCount() > 0).isPresent(),
                        instance.getShieldedInstanceConfig().getEnableSecureBoot()),
                scheduling(instance.getScheduling()),
                instance.getDisksList().stream()
                        .filter(AttachedDisk::getBoot)
                        .map(disk -> new Disk(lastSegment(disk.getSource()), Math.toIntExact(disk.getDiskSizeGb())))
                        .findFirst(),
                instance.getLabelFingerprint(),
                time(instance.getCreationTimestamp()).orElse(Instant.EPOCH),
                time(instance.getLastStartTimestamp()),
                time(instance.getLastStopTimestamp()));
    }

    /** Nothing said about its end means that a machine is stopped then, and nothing about restarts that there are some. */
    private static Scheduling scheduling(com.google.cloud.compute.v1.Scheduling shown) {
        return new Scheduling(
                shown.hasMaxRunDuration()
                        ? Optional.of(
                                Duration.ofSeconds(shown.getMaxRunDuration().getSeconds()))
                        : Optional.empty(),
                shown.getInstanceTerminationAction().equals("DELETE"),
                !shown.hasAutomaticRestart() || shown.getAutomaticRestart());
    }

    /** Google names resources by URL; the name proper is the last segment. */
    static String lastSegment(String url) {
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private static OptionalInt port(String label) {
        return label.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(label));
    }

    /** A moment as Google writes it; nothing is absence. */
    static Optional<Instant> time(String rfc3339) {
        return rfc3339.isEmpty()
                ? Optional.empty()
                : Optional.of(OffsetDateTime.parse(rfc3339).toInstant());
    }
}
