// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.Artifact;
import dev.privatellm.machine.cloud.ArtifactStore;
import dev.privatellm.machine.cloud.ArtifactStoreContract;
import dev.privatellm.machine.cloud.IdentityProvider;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The adapter on the emulator keeps the port's promises. */
@ExtendWith(Emulator.class)
class GoogleArtifactsContractTest extends ArtifactStoreContract {
    @TempDir
    private Path folder;

    private GoogleCloudProvider provider;

    @BeforeEach
    void connect() {
        provider = Emulator.connect();
    }

    @AfterEach
    void disconnect() {
        provider.close();
    }

    @Override
    protected ArtifactStore artifacts() {
        return provider.artifacts();
    }

    @Override
    protected IdentityProvider identities() {
        return provider.identities();
    }

    @Override
    protected Artifact artifact() {
        return Samples.artifact(folder, 3_000_000);
    }

    @Override
    protected void eventually(BooleanSupplier condition) {
        Emulator.eventually(condition);
    }
}
