// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.NetworkProvider;
import dev.privatellm.machine.cloud.NetworkProviderContract;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The adapter on the emulator keeps the port's promises. */
@ExtendWith(Emulator.class)
class GoogleNetworksContractTest extends NetworkProviderContract {
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
    protected NetworkProvider networks() {
        return provider.networks();
    }

    @Override
    protected void eventually(BooleanSupplier condition) {
        Emulator.eventually(condition);
    }
}
