// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.Optional;

/** A cloud in memory: one clock, one list of faults, and a fake behind each port. Not for more than one thread at a time. */
public final class FakeCloud {
    private final FakeClock clock;
    private final Faults faults = new Faults();
    private final FakeInstances instances;
    private final FakeFirewalls firewalls;
    private final FakeSecrets secrets;
    private final FakeNetworks networks;
    private final FakeIdentities identities;
    private final FakeKeys keys;
    private final FakeProject project;
    private final FakeModelRegistry models = new FakeModelRegistry();
    private final FakeArtifacts artifacts;
    private final FakeApis apis;
    private final FakeInventory inventory;

    public FakeCloud(FakeClock clock) {
        this.clock = clock;
        this.instances = new FakeInstances(clock, faults, this::lacking);
        this.firewalls = new FakeFirewalls(clock, faults);
        this.identities = new FakeIdentities(clock, faults);
        this.keys = new FakeKeys(faults);
        this.project = new FakeProject(faults);
        this.artifacts = new FakeArtifacts(clock, faults, identities);
        this.apis = new FakeApis(clock, faults);
        this.secrets = new FakeSecrets(clock, faults, identities, keys);
        this.networks = new FakeNetworks(clock, faults, this::isUsed);
        this.inventory = new FakeInventory(this);
    }

    public FakeClock clock() {
        return clock;
    }

    public Faults faults() {
        return faults;
    }

    public FakeInstances instances() {
        return instances;
    }

    public FakeFirewalls firewalls() {
        return firewalls;
    }

    public FakeSecrets secrets() {
        return secrets;
    }

    public FakeNetworks networks() {
        return networks;
    }

    public FakeIdentities identities() {
        return identities;
    }

    public FakeKeys keys() {
        return keys;
    }

    public FakeProject project() {
        return project;
    }

    public FakeModelRegistry models() {
        return models;
    }

    public FakeArtifacts artifacts() {
        return artifacts;
    }

    public FakeInventory inventory() {
        return inventory;
    }

    public FakeApis apis() {
        return apis;
    }

    private Optional<CloudFailure> lacking(InstanceSpec spec, Offering offering) {
        if (!networks.takes(spec.network(), spec.subnet(), offering.zone().region())) {
            return Optional.of(
                    new CloudFailure.InvalidRequest("invalid", spec.network() + " has no such subnet", null));
        }
        boolean isMade = spec.serviceAccount().endsWith("@" + FakeIdentities.DOMAIN);
        return isMade && !identities.isThere(spec.serviceAccount())
                ? Optional.of(new CloudFailure.NotReady("notFound", spec.serviceAccount() + " does not exist", null))
                : Optional.empty();
    }

    private boolean isUsed(String network) {
        return instances.usesNetwork(network)
                || firewalls.all().stream().anyMatch(rule -> rule.network().equals(network));
    }
}
