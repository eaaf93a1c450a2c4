// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.compute.v1.AccessConfig;
import com.google.cloud.compute.v1.Duration;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.Items;
import com.google.cloud.compute.v1.Metadata;
import com.google.cloud.compute.v1.NetworkInterface;
import com.google.cloud.compute.v1.Scheduling;
import com.google.cloud.compute.v1.SchedulingOnInstanceStopAction;
import com.google.cloud.compute.v1.ServiceAccount;
import com.google.cloud.compute.v1.ShieldedInstanceConfig;
import com.google.cloud.compute.v1.Tags;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.MachineType;
import dev.privatellm.machine.cloud.Offering;
import java.util.Map;
import java.util.Set;

/**
 * The body of an {@code instances.insert}: what every machine of ours has, besides what its specification and offering say. GPUs are not named, since each
 * accelerator-optimised type brings its own. See <a href="https://cloud.google.com/compute/docs/reference/rest/v1/instances">instances</a>.
 */
final class InstanceResource {
    /**
     * Secret Manager takes no narrower scope (<a href="https://cloud.google.com/secret-manager/docs/accessing-the-api">accessing the API</a>), and the
     * machine's first act is to fetch its bundle there. What the machine may do is bounded by the rights of its service account instead.
     */
    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

    /** Families whose types bring local SSDs; a machine with such a disk can only be stopped by giving its content up. */
    private static final Set<String> LOCAL_SSD_FAMILIES = Set.of("a3", "a4");

    private InstanceResource() {}

    static Instance of(InstanceSpec spec, Offering offering, String networkProject) {
        return Instance.newBuilder()
                .setName(spec.name().value())
                .setMachineType("zones/%s/machineTypes/%s".formatted(offering.zone(), offering.machineType()))
                .addDisks(BootDisk.of(spec, offering))
                .addNetworkInterfaces(networkInterface(spec, offering, networkProject))
                .setTags(Tags.newBuilder().addItems(spec.targetTag()))
                .setScheduling(scheduling(offering, spec.maxRunDuration()))
                .setShieldedInstanceConfig(ShieldedInstanceConfig.newBuilder()
                        .setEnableVtpm(true)
                        .setEnableIntegrityMonitoring(true)
                        .setEnableSecureBoot(spec.hasSecureBoot()))
                .addServiceAccounts(ServiceAccount.newBuilder()
                        .setEmail(spec.serviceAccount())
                        .addScopes(SCOPE))
                .putAllLabels(spec.labels())
                .setMetadata(metadata(spec.metadata()))
                .build();
    }

    /** Metadata items in the order of their keys, so that equal metadata is sent as equal bytes. */
    static Metadata.Builder metadata(Map<String, String> metadata) {
        Metadata.Builder items = Metadata.newBuilder();
        metadata.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(e ->
                        items.addItems(Items.newBuilder().setKey(e.getKey()).setValue(e.getValue())));
        return items;
    }

    /**
     * One interface. An external address is ephemeral, another one after every start; without it there is only the one in the network. A custom network's
     * subnet has to be named.
     */
    private static NetworkInterface networkInterface(InstanceSpec spec, Offering offering, String networkProject) {
        NetworkInterface.Builder nic = NetworkInterface.newBuilder()
                .setNetwork("projects/%s/global/networks/%s".formatted(networkProject, spec.network()));
        if (spec.hasExternalAddress()) {
            nic.addAccessConfigs(
                    AccessConfig.newBuilder().setName("External NAT").setType("ONE_TO_ONE_NAT"));
        }
        if (!spec.subnet().isEmpty()) {
            nic.setSubnetwork("projects/%s/regions/%s/subnetworks/%s"
                    .formatted(networkProject, offering.zone().region(), spec.subnet()));
        }
        return nic.build();
    }

    /**
     * Power is ours to give: the cloud never restarts a machine, cannot move one with a GPU, and stops it at the end of its run duration. A preempted spot
     * machine is stopped, not deleted, so that its disk with the model stays.
     */
    static Scheduling scheduling(Offering offering, java.time.Duration maxRunDuration) {
        Scheduling.Builder scheduling = Scheduling.newBuilder()
                .setProvisioningModel(
                        switch (offering.provisioning()) {
                            case SPOT -> "SPOT";
                            case STANDARD -> "STANDARD";
                        })
                .setAutomaticRestart(false)
                .setOnHostMaintenance("TERMINATE")
                .setInstanceTerminationAction("STOP")
                .setMaxRunDuration(Duration.newBuilder().setSeconds(maxRunDuration.toSeconds()));
        if (LOCAL_SSD_FAMILIES.contains(MachineType.family(offering.machineType()))) {
            scheduling.setOnInstanceStopAction(
                    SchedulingOnInstanceStopAction.newBuilder().setDiscardLocalSsd(true));
        }
        return scheduling.build();
    }
}
