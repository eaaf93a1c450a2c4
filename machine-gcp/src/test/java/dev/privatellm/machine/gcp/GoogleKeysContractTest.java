// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.KeyProvider;
import dev.privatellm.machine.cloud.KeyProviderContract;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The adapter on the emulator keeps the port's promises. */
@ExtendWith(Emulator.class)
class GoogleKeysContractTest extends KeyProviderContract {
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
    protected KeyProvider keys() {
        return provider.keys();
    }

    @Override
    protected void eventually(BooleanSupplier condition) {
        Emulator.eventually(condition);
    }
}
