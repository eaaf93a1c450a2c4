// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.ModelNeeds;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.pki.KeyAlgorithm;
import dev.privatellm.machine.pki.ServerKey;
import dev.privatellm.machine.power.PowerSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What one resource asks of its machine, free of the document it was written in.
 *
 * @param uid identity of the resource: everything it owns in the cloud is labelled with it
 * @param cluster identity of the installation that cares for it
 * @param epoch term of the controller that acts
 * @param resource {@code namespace/name}, for people
 * @param generation of the specification; a new one ends every wait that only a new one ends
 * @param offerings where and as what the machine may be had, best first; not empty
 * @param zonePatience how long a stopped machine's own zone is tried before a new disk is made elsewhere
 * @param foundation what the machine stands on
 * @param sourceRanges addresses to admit instead of those that were detected; empty = detect
 * @param serverKey where the machine's own key is born
 * @param secretVersionsToKeep most bundle versions that may exist at rest, at least 2
 * @param diskSizeGb size of its disk; empty = as large as its models need
 * @param guest what the machine is told about its work
 * @param hasExternalAddress whether it is reached from outside its network; else at its address within
 * @param hasSecureBoot whether it starts signed software only
 * @param policies what may happen to what is there already
 * @param holder the controller that acts, the same over its restarts and another one wherever else the same record may have been copied to
 */
public record MachineSpec(
        String uid,
        String cluster,
        long epoch,
        String resource,
        long generation,
        List<Offering> offerings,
        Duration zonePatience,
        Foundation foundation,
        String image,
        Optional<Integer> diskSizeGb,
        PowerSettings power,
        SortedSet<String> sourceRanges,
        KeyAlgorithm keyAlgorithm,
        ServerKey serverKey,
        int secretVersionsToKeep,
        GuestConfig guest,
        boolean hasExternalAddress,
        boolean hasSecureBoot,
        Policies policies,
        String holder) {

    /** Key of the label that says whose a machine is. */
    public static final String OWNER_LABEL = "pllm-owner";

    /** Key of the label that says which resource a machine serves, whoever owns it. */
    public static final String RESOURCE_LABEL = "pllm-resource";

    /** Key of the label that says which kind of installation has made something. */
    public static final String RELEASE_LABEL = "pllm-release";

    /** Key of the label that says at which attempt of its wake a machine was made. */
    static final String ATTEMPT_LABEL = "pllm-attempt";

    public MachineSpec {
        offerings = List.copyOf(offerings);
        if (offerings.isEmpty()) {
            throw new IllegalArgumentException("offerings: none (expected: at least one)");
        }
    }

    /** The same for machines that are bought one way only; as it is if there are none. */
    public MachineSpec only(ProvisioningModel provisioning) {
        List<Offering> left = offerings.stream()
                .filter(offering -> offering.provisioning() == provisioning)
                .toList();
        return left.isEmpty()
                ? this
                : new MachineSpec(
                        uid,
                        cluster,
                        epoch,
                        resource,
                        generation,
                        left,
                        zonePatience,
                        foundation,
                        image,
                        diskSizeGb,
                        power,
                        sourceRanges,
                        keyAlgorithm,
                        serverKey,
                        secretVersionsToKeep,
                        guest,
                        hasExternalAddress,
                        hasSecureBoot,
                        policies,
                        holder);
    }

    public Names names() {
        return Names.of(uid);
    }

    /** Size of the disk in GB: as asked for, else as the models need as far as that is on record. */
    int diskGb(PlanState state) {
        return diskSizeGb.or(state::modelDiskGb).orElse(ModelNeeds.SMALLEST_DISK_GB);
    }

    /** The image that the document names, if it was looked up before. */
    Optional<PinnedImage> pinned(PlanState state) {
        return state.image().filter(pinned -> pinned.asked().equals(image));
    }

    /** What a disk is filled from: the image that was looked up, else as the document says. */
    String image(PlanState state) {
        return pinned(state).map(PinnedImage::image).orElse(image);
    }

    /** The network by name, ours or the user's. */
    public String network() {
        return foundation.vpc().orElseGet(() -> Names.shared(cluster));
    }

    /** The subnet by name, the same in every region; empty for a network of the user's that has automatic ones. */
    public String subnet() {
        return foundation.subnet().orElseGet(() -> foundation.vpc().isPresent() ? "" : Names.shared(cluster));
    }

    /** E-mail address of the account that the machine acts as, ours or the user's. */
    public String serviceAccount() {
        return foundation.serviceAccount().orElseGet(() -> names().account() + "@" + foundation.accountDomain());
    }

    /** Whether the machine acts as an account that can be named to others, rather than as the project's default one. */
    boolean hasNamedAccount() {
        return serviceAccount().contains("@");
    }

    /** The bucket that all resources of the installation in this project share. */
    public String bucket() {
        return Names.bucket(cluster, foundation.accountDomain());
    }

    /** Whether a machine bears our owner label. */
    boolean owns(Instance instance) {
        return uid.equals(instance.labels().get(OWNER_LABEL));
    }

    /** The resource's name as the value of {@value #RESOURCE_LABEL}. */
    public String resourceLabel() {
        return resourceLabel(resource);
    }

    /** The value of {@value #RESOURCE_LABEL} for a resource, {@code namespace/name}. */
    public static String resourceLabel(String resource) {
        return resource.replaceAll("[^a-z0-9_-]", "_");
    }

    /** Labels of whatever is made for this resource and can bear labels. */
    public Map<String, String> labels() {
        return Map.of(
                "managed-by",
                "private-llm",
                OWNER_LABEL,
                uid,
                RELEASE_LABEL,
                Names.RELEASE,
                "pllm-cluster",
                cluster,
                RESOURCE_LABEL,
                resourceLabel(),
                Fence.EPOCH_LABEL,
                Long.toString(epoch),
                "pllm-generation",
                Long.toString(generation),
                "pllm-config-hash",
                guest.configHash(uid).substring(0, 12));
    }
}
