// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.Subnet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The record of a resource whose record is lost, rebuilt from what stands in the cloud. Every name follows from the ids of resource and installation, so that
 * what there may be can be asked for by name; whose it is, labels and descriptions say. What a machine presents is never believed again: its keys are lost as
 * well.
 */
public final class Rediscovery {
    private Rediscovery() {}

    /** The network that is ours if there is one; its subnets tell {@link #parts} which regions there are. */
    public static String network(MachineSpec spec) {
        return Names.shared(spec.cluster());
    }

    /** Everything of ours that may stand, in the order in which it is made: whatever the specification says by now. */
    public static List<Part> parts(MachineSpec spec, List<Subnet> subnets) {
        String shared = Names.shared(spec.cluster());
        List<PartId> ids = new ArrayList<>();
        ids.add(new PartId(PartId.Kind.NETWORK, shared));
        subnets.stream()
                .filter(subnet -> subnet.name().equals(shared))
                .map(subnet -> new PartId(PartId.Kind.SUBNET, subnet.region() + "/" + shared))
                .forEach(ids::add);
        ids.add(new PartId(PartId.Kind.KEY, shared + "/" + shared));
        ids.add(new PartId(PartId.Kind.KEY_USE, shared + "/" + shared));
        ids.add(new PartId(PartId.Kind.ACCOUNT, spec.names().account()));
        ids.add(new PartId(PartId.Kind.BUCKET, spec.bucket()));
        if (spec.hasNamedAccount()) {
            ids.add(new PartId(PartId.Kind.BUCKET_ACCESS, spec.bucket() + "/" + spec.serviceAccount()));
        }
        ids.add(new PartId(PartId.Kind.SECRET, spec.names().secret()));
        return ids.stream().map(id -> Parts.recorded(spec, id)).toList();
    }

    /** The machine to go on with, of several the one that had power last; empty without one that is not being removed. */
    public static Optional<Instance> machine(List<Instance> all) {
        return all.stream()
                .filter(found -> found.status() != InstanceStatus.DEPROVISIONING)
                .max(Comparator.comparing(found -> found.lastStartedAt().orElse(found.createdAt())));
    }

    /**
     * The record.
     *
     * @param standing parts that were found to be ours, in the order in which they are made
     * @param lastGeneration the latest generation of certificates that was ever issued, as far as anybody can tell
     */
    public static PlanState record(
            MachineSpec spec, Optional<Instance> machine, List<PartId> standing, long lastGeneration, Instant now) {
        PlanState state = PlanState.initial(now).with(Trust.after(lastGeneration));
        for (PartId id : standing) {
            state = state.with(new PartRecord(id, true, now));
        }
        PlanState known = state;
        return machine.map(found ->
                        LeftoversPlan.onRecord(known, found, spec.guest().port(), now))
                .orElse(known);
    }
}
