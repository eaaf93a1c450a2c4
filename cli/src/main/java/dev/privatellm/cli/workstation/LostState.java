// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.controller.step.Recollection;
import dev.privatellm.controller.step.Release;
import dev.privatellm.controller.step.Resource;
import dev.privatellm.controller.step.ResourceState;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.LabelTime;
import dev.privatellm.machine.plan.MachineSpec;
import dev.privatellm.machine.plan.PartId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An installation whose state folder is lost, as the cloud still tells of it. Which installation it was, its machine's labels say; the authority's key cannot
 * be had back, so that the next start makes another, and the machine is told with its next wake whom to trust.
 */
public final class LostState {
    private static final String CLUSTER_LABEL = "pllm-cluster";

    private final PrivateLlm document;
    private final InstallationIdentity identity;
    private final Recollection.Recollected found;
    private final Optional<String> goneHolder;

    private LostState(
            PrivateLlm document,
            InstallationIdentity identity,
            Recollection.Recollected found,
            Optional<String> goneHolder) {
        this.goneHolder = goneHolder;
        this.document = document;
        this.identity = identity;
        this.found = found;
    }

    /**
     * Looks for what a lost installation of this document has left. Reads only.
     *
     * @param rehearsalEndpoint address of an emulator that stands in for the cloud; empty for the real one
     * @param goneHolder who is known to be gone though his claim has not ended; empty if nobody is
     * @return empty if no machine serves this document
     * @throws WorkstationFailure {@link Reason#MANAGEMENT_CONFLICT} if what serves it cannot be a state folder's, or belongs to several
     */
    public static Optional<LostState> find(
            PrivateLlm document,
            CloudPorts cloud,
            Release release,
            Optional<URI> rehearsalEndpoint,
            Optional<String> goneHolder,
            Instant now) {
        List<Instance> standing = standing(document, cloud);
        if (standing.isEmpty()) {
            return Optional.empty();
        }
        InstallationIdentity identity = InstallationIdentity.again(
                cluster(document, standing),
                rehearsalEndpoint.map(Object::toString).orElse("google"),
                document.spec().provider().gcp().projectId());
        String uid = identity.uid(
                document.metadata().namespace(), document.metadata().name());
        standing.stream()
                .filter(machine -> !uid.equals(machine.labels().get(MachineSpec.OWNER_LABEL)))
                .findFirst()
                .ifPresent(foreign -> {
                    throw conflict("machine %s serves %s, but was not made by a state folder (%s: %s)"
                            .formatted(
                                    foreign.id(),
                                    document.metadata(),
                                    MachineSpec.OWNER_LABEL,
                                    foreign.labels().getOrDefault(MachineSpec.OWNER_LABEL, "none")));
                });
        if (standing.size() > 1) {
            throw conflict(
                    "%d machines serve %s, and only one can be gone on with: %s. Remove those whose disks you can do without: gcloud compute instances delete NAME --zone ZONE --project %s"
                            .formatted(
                                    standing.size(),
                                    document.metadata(),
                                    standing.stream()
                                            .map(machine -> "%s (%s, last up %s)"
                                                    .formatted(
                                                            machine.id(),
                                                            machine.rawStatus(),
                                                            machine.lastStartedAt()
                                                                    .map(Object::toString)
                                                                    .orElse("never")))
                                            .collect(Collectors.joining(", ")),
                                    document.spec().provider().gcp().projectId()));
        }
        Instance machine = standing.getFirst();
        Optional<String> holder = holder(machine, now);
        if (holder.isPresent() && !holder.equals(goneHolder)) {
            throw conflict(
                    "machine %s is held by %s until %s: whoever serves this document from the folder that made it is at work, or was a moment ago. Wait until then; or, if you know that this folder is lost, say so with --held-by %s"
                            .formatted(
                                    machine.id(),
                                    holder.get(),
                                    heldUntil(machine).orElseThrow(),
                                    holder.get()));
        }
        Recollection.Recollected found = new Recollection(
                        cloud.instances(),
                        cloud.networks(),
                        cloud.identities(),
                        cloud.keys(),
                        cloud.secrets(),
                        cloud.artifacts(),
                        cloud.apis())
                .of(new Resource(document, uid, identity.cluster(), ResourceFiles.EPOCH, 1), release, now);
        return Optional.of(new LostState(document, identity, found, holder));
    }

    /** Who has claimed a machine until a moment to come. */
    private static Optional<String> holder(Instance machine, Instant now) {
        return heldUntil(machine)
                .filter(now::isBefore)
                .flatMap(_ -> Optional.ofNullable(machine.labels().get(LabelTime.HOLDER)));
    }

    private static Optional<Instant> heldUntil(Instance machine) {
        return Optional.ofNullable(machine.labels().get(LabelTime.LEASE)).flatMap(LabelTime::read);
    }

    /** Where machines were never switched on, there is none. */
    private static List<Instance> standing(PrivateLlm document, CloudPorts cloud) {
        try {
            return cloud
                    .instances()
                    .findByResource(
                            MachineSpec.resourceLabel(document.metadata().toString()))
                    .stream()
                    .filter(machine -> machine.status() != InstanceStatus.DEPROVISIONING)
                    .toList();
        } catch (CloudFailure.ApiDisabled firstDay) {
            return List.of();
        }
    }

    private static String cluster(PrivateLlm document, List<Instance> standing) {
        Set<String> clusters = standing.stream()
                .map(machine -> machine.labels().getOrDefault(CLUSTER_LABEL, "none"))
                .collect(Collectors.toSet());
        if (clusters.size() > 1) {
            throw conflict("%d installations have a machine for %s: %s"
                    .formatted(
                            clusters.size(),
                            document.metadata(),
                            standing.stream()
                                    .map(machine -> "%s (%s: %s)"
                                            .formatted(
                                                    machine.id(),
                                                    CLUSTER_LABEL,
                                                    machine.labels().getOrDefault(CLUSTER_LABEL, "none")))
                                    .collect(Collectors.joining(", "))));
        }
        return clusters.iterator().next();
    }

    private static WorkstationFailure conflict(String what) {
        return new WorkstationFailure(Reason.MANAGEMENT_CONFLICT, what + "; nothing was changed");
    }

    /** The machine to go on with, with its disk and the models on it; empty if it went away meanwhile. */
    public Optional<Instance> machine() {
        return found.machine();
    }

    /** What stands beside it and was made by the lost installation. */
    public List<PartId> parts() {
        return found.parts();
    }

    /**
     * Writes the state folder anew, or another resource of the same installation into one that was written so. The identity is written last: without it the
     * folder goes on being refused.
     *
     * @throws WorkstationFailure if the folder cannot be written, is in use, is another installation's, or knows the resource already
     */
    public void keep(Path stateFolder) {
        try (StateFolder folder = StateFolder.open(stateFolder)) {
            Path home = folder.resource(
                    document.metadata().namespace(), document.metadata().name());
            Optional<InstallationIdentity> kept = InstallationIdentity.find(folder.identity());
            if (kept.isPresent()
                    && (!kept.get().equals(identity)
                            || ResourceFolders.record(home).isPresent())) {
                throw new WorkstationFailure(
                        Reason.STATE_MISMATCH,
                        "the state folder %s is not lost, it holds an installation; name another one with --state"
                                .formatted(stateFolder));
            }
            try (FileStateStore<ResourceState> store = ResourceFiles.record(home, found.state())) {
                store.compareAndSet(store.read().version(), found.state());
            }
            InstallationIdentity.establish(folder.identity(), identity, () -> {});
            if (goneHolder.isPresent()) {
                Holder.inherit(stateFolder, goneHolder.get());
            }
        } catch (IOException e) {
            throw new WorkstationFailure(
                    Reason.STATE_UNWRITABLE,
                    "the state folder %s cannot be used: %s".formatted(stateFolder, e.getMessage()),
                    e);
        }
    }
}
