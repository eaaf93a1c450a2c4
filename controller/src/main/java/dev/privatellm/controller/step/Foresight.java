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
import dev.privatellm.machine.cloud.Prices;
import dev.privatellm.machine.cloud.SecretStore;
import dev.privatellm.machine.plan.MachineSpec;
import dev.privatellm.machine.plan.Part;
import dev.privatellm.machine.plan.PartId;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Preview;
import dev.privatellm.machine.plan.Rediscovery;
import dev.privatellm.machine.plan.Standing;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Finds out, by reading only, what a wake would do for a resource. Every method may throw any {@link CloudFailure}. */
public final class Foresight {
    private final InstanceProvider instances;
    private final PartFinder parts;

    public Foresight(
            InstanceProvider instances,
            NetworkProvider networks,
            IdentityProvider identities,
            KeyProvider keys,
            SecretStore secrets,
            ArtifactStore artifacts,
            ApiProvider apis) {
        this.instances = instances;
        this.parts = new PartFinder(networks, identities, keys, secrets, artifacts, apis);
    }

    /**
     * What would be done.
     *
     * @param record what is remembered of the resource; the initial one if nothing is
     * @param prices of an hour
     */
    public Preview of(Resource resource, Release release, PlanState record, Prices prices, Instant now) {
        MachineSpec spec = Specification.of(resource, release);
        Optional<Instance> machine = machine(spec);
        PlanState state = Preview.seeing(record, spec, machine, now);
        Map<PartId, Standing> standing = new LinkedHashMap<>();
        Preview.parts(spec, state).forEach(part -> standing.put(part.id(), find(part)));
        return Preview.of(spec, state, standing, machine, prices);
    }

    private Optional<Instance> machine(MachineSpec spec) {
        try {
            return Rediscovery.machine(instances.findByOwner(spec.uid()))
                    .or(() -> spec.foundation().machine().flatMap(instances::find));
        } catch (CloudFailure.ApiDisabled neverUsed) {
            return Optional.empty();
        }
    }

    /** Nothing stands behind an API that was never enabled. */
    private Standing find(Part part) {
        try {
            return parts.find(part);
        } catch (CloudFailure.ApiDisabled neverUsed) {
            return new Standing.Absent();
        }
    }
}
