// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.controller.step.ResourceState;
import dev.privatellm.machine.pki.CertificateAuthority;
import dev.privatellm.machine.pki.EpochIssuer;
import dev.privatellm.machine.pki.KeyPairs;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * What is kept of one resource, read once when the workstation starts.
 *
 * @param issuer issues in the name of the authorities whose keys are in {@code ca.pem}
 */
record ResourceFiles(
        ServedDocument served,
        FileStateStore<ResourceState> state,
        FileEpochStore epochs,
        EpochIssuer issuer,
        LinkFolder link) {
    /** Name of the file with what is on record. */
    static final String RECORD = "state.json";

    /** Name of the file with the authorities and their keys. */
    static final String AUTHORITY = "ca.pem";

    /** Name of the file with what they issued. */
    static final String EPOCHS = "controller.pem";

    /** One process has the lock, so there is one term. */
    static final long EPOCH = 1;

    static ResourceFiles open(
            StateFolder folder,
            InstallationIdentity identity,
            PrivateLlm document,
            KeyPairs keys,
            Clock clock,
            SecureRandom random)
            throws IOException {
        String namespace = document.metadata().namespace();
        String name = document.metadata().name();
        Path home = folder.resource(namespace, name);
        String uid = identity.uid(namespace, name);
        return new ResourceFiles(
                new ServedDocument(document, home, uid, identity.cluster(), Holder.of(folder.root())),
                record(home, ResourceState.initial(clock.instant())),
                new FileEpochStore(home.resolve(EPOCHS)),
                new EpochIssuer(
                        AuthorityFile.establish(
                                home.resolve(AUTHORITY), () -> CertificateAuthority.create(uid, keys, clock, random)),
                        keys,
                        clock,
                        random),
                new LinkFolder(home));
    }

    /** The record in a resource's folder; the initial one if there is none. */
    static FileStateStore<ResourceState> record(Path home, ResourceState initial) throws IOException {
        return new FileStateStore<>(home.resolve(RECORD), ResourceState::toJson, ResourceState::fromJson, initial);
    }
}
