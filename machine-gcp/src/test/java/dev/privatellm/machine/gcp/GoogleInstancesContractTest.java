// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.InstanceProviderContract;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The adapter on the emulator keeps the port's promises. */
@ExtendWith(Emulator.class)
@Execution(ExecutionMode.CONCURRENT)
class GoogleInstancesContractTest extends InstanceProviderContract {
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
    protected InstanceProvider instances() {
        return provider.instances();
    }

    @Override
    protected void preempt(InstanceId id) {
        Emulator.preempt(project, id);
    }

    @Override
    protected void eventually(BooleanSupplier condition) {
        Emulator.eventually(condition);
    }
}
