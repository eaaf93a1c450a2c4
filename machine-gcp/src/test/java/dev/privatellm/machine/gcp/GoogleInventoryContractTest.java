// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.ArtifactStore;
import dev.privatellm.machine.cloud.FirewallProvider;
import dev.privatellm.machine.cloud.IdentityProvider;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.Inventory;
import dev.privatellm.machine.cloud.InventoryContract;
import dev.privatellm.machine.cloud.NetworkProvider;
import dev.privatellm.machine.cloud.SecretStore;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The adapter on the emulator keeps the port's promises. */
@ExtendWith(Emulator.class)
class GoogleInventoryContractTest extends InventoryContract {
    private final String project = Emulator.newProject();
    private GoogleCloudProvider provider;

    @BeforeEach
    void connect() {
        provider = Emulator.connect(project);
    }

    @AfterEach
    void disconnect() {
        provider.close();
    }

    @Override
    protected Inventory inventory() {
        return provider.inventory();
    }

    @Override
    protected InstanceProvider instances() {
        return provider.instances();
    }

    @Override
    protected FirewallProvider firewalls() {
        return provider.firewalls();
    }

    @Override
    protected SecretStore secrets() {
        return provider.secrets();
    }

    @Override
    protected NetworkProvider networks() {
        return provider.networks();
    }

    @Override
    protected IdentityProvider identities() {
        return provider.identities();
    }

    @Override
    protected ArtifactStore artifacts() {
        return provider.artifacts();
    }

    @Override
    protected String bucketSuffix() {
        return project;
    }

    @Override
    protected void eventually(BooleanSupplier condition) {
        Emulator.eventually(condition);
    }
}
