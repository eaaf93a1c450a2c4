// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.controller.step.Foresight;
import dev.privatellm.controller.step.Release;
import dev.privatellm.controller.step.Resource;
import dev.privatellm.controller.step.ResourceState;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Preview;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What {@code up} would do for a document, from its state folder and the cloud, beside a process that serves it or without one. Reads both and changes neither.
 */
public final class Foreseen {
    private Foreseen() {}

    /**
     * Looks and tells.
     *
     * @param rehearsalEndpoint address of an emulator that stands in for the cloud; empty for the real one
     * @throws WorkstationFailure if the folder cannot be read or belongs to another cloud, or another installation serves this document
     */
    public static Preview find(
            PrivateLlm document,
            CloudPorts cloud,
            Release release,
            Path stateFolder,
            Optional<URI> rehearsalEndpoint,
            Instant now) {
        String namespace = document.metadata().namespace();
        String name = document.metadata().name();
        InstallationIdentity wanted = InstallationIdentity.random(
                rehearsalEndpoint.map(Object::toString).orElse("google"),
                document.spec().provider().gcp().projectId(),
                false);
        InstallationIdentity identity;
        PlanState record;
        try {
            identity = InstallationIdentity.kept(StateFolder.identity(stateFolder), wanted)
                    .orElse(wanted);
            record = record(StateFolder.resource(stateFolder, namespace, name), now);
        } catch (IOException e) {
            throw new WorkstationFailure(
                    Reason.STATE_UNWRITABLE,
                    "the state folder %s cannot be read: %s".formatted(stateFolder, e.getMessage()),
                    e);
        }
        if (identity.equals(wanted)) {
            NewInstallation.requireNoMachine(document, cloud.instances());
        }
        Resource resource =
                new Resource(document, identity.uid(namespace, name), identity.cluster(), ResourceFiles.EPOCH, 1);
        return new Foresight(
                        cloud.instances(),
                        cloud.networks(),
                        cloud.identities(),
                        cloud.keys(),
                        cloud.secrets(),
                        cloud.artifacts(),
                        cloud.apis())
                .of(resource, release, record, KeptPrices.read(stateFolder).prices(), now);
    }

    private static PlanState record(Path home, Instant now) throws IOException {
        try (FileStateStore<ResourceState> kept = ResourceFiles.record(home, ResourceState.initial(now))) {
            return kept.read().state().plan();
        }
    }
}
