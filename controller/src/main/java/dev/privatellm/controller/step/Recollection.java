// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cloud.ApiProvider;
import dev.privatellm.machine.cloud.ArtifactStore;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.IdentityProvider;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.KeyProvider;
import dev.privatellm.machine.cloud.NetworkProvider;
import dev.privatellm.machine.cloud.SecretStore;
import dev.privatellm.machine.cloud.SecretVersion;
import dev.privatellm.machine.pki.SecretBundle;
import dev.privatellm.machine.plan.MachineSpec;
import dev.privatellm.machine.plan.Part;
import dev.privatellm.machine.plan.PartId;
import dev.privatellm.machine.plan.Rediscovery;
import dev.privatellm.machine.plan.Standing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Finds out, by reading only, what stands of a resource whose record is lost. Every method may throw any {@link CloudFailure}. */
public final class Recollection {
    private final InstanceProvider instances;
    private final NetworkProvider networks;
    private final SecretStore secrets;
    private final PartFinder parts;

    public Recollection(
            InstanceProvider instances,
            NetworkProvider networks,
            IdentityProvider identities,
            KeyProvider keys,
            SecretStore secrets,
            ArtifactStore artifacts,
            ApiProvider apis) {
        this.instances = instances;
        this.networks = networks;
        this.secrets = secrets;
        this.parts = new PartFinder(networks, identities, keys, secrets, artifacts, apis);
    }

    /**
     * What was found.
     *
     * @param machine to go on with; its disk holds the models
     * @param parts what stands beside it and is ours
     * @param state the record that says so
     */
    public record Recollected(Optional<Instance> machine, List<PartId> parts, ResourceState state) {
        public Recollected {
            parts = List.copyOf(parts);
        }
    }

    /** Looks for everything that a resource may have. */
    public Recollected of(Resource resource, Release release, Instant now) {
        MachineSpec spec = Specification.of(resource, release);
        Optional<Instance> machine = Rediscovery.machine(instances.findByOwner(spec.uid()));
        List<PartId> standing = Rediscovery.parts(spec, networks.subnets(Rediscovery.network(spec))).stream()
                .filter(this::stands)
                .map(Part::id)
                .toList();
        long generation = standing.stream().anyMatch(id -> id.kind() == PartId.Kind.SECRET)
                ? lastGeneration(spec.names().secret())
                : 0;
        return new Recollected(
                machine,
                standing,
                new ResourceState(Rediscovery.record(spec, machine, standing, generation, now), List.of()));
    }

    /** Nothing stands behind an API that was never enabled. */
    private boolean stands(Part part) {
        try {
            return parts.find(part) instanceof Standing.Ours;
        } catch (CloudFailure.ApiDisabled neverUsed) {
            return false;
        }
    }

    /** No generation is ever used twice. Versions that cannot be read count by their number, which runs nearly alike. */
    private long lastGeneration(String secret) {
        return secrets.versions(secret).stream()
                .mapToLong(version -> Math.max(version.number(), generation(version)))
                .max()
                .orElse(0);
    }

    private long generation(SecretVersion version) {
        return version.state() == SecretVersion.State.ENABLED
                ? SecretBundle.label(secrets.access(version))
                        .map(SecretBundle.Label::generation)
                        .orElse(0L)
                : 0;
    }
}
