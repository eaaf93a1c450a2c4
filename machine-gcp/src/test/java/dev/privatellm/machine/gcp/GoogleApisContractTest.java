// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.ApiProvider;
import dev.privatellm.machine.cloud.ApiProviderContract;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The adapter on the emulator keeps the port's promises. */
@ExtendWith(Emulator.class)
class GoogleApisContractTest extends ApiProviderContract {
    private GoogleCloudProvider provider;

    @BeforeEach
    void connect() {
        provider = Emulator.connectToNewProject();
    }

    @AfterEach
    void disconnect() {
        provider.close();
    }

    @Override
    protected ApiProvider apis() {
        return provider.apis();
    }

    @Override
    protected void eventually(BooleanSupplier condition) {
        Emulator.eventually(condition);
    }
}
