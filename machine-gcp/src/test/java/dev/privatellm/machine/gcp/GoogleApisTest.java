// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.Api;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.OperationStatus;
import java.util.EnumSet;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every port meets in a project whose APIs are not enabled. */
@ExtendWith(Emulator.class)
class GoogleApisTest {
    private GoogleCloudProvider provider;

    @BeforeEach
    void connect() {
        provider = Emulator.connectToNewProject();
    }

    @AfterEach
    void disconnect() {
        provider.close();
    }

    @Test
    @DisplayName(
            "S11 a disabled API is told by every port as one, with the command that enables it, and its ports work once it is enabled")
    void tellsADisabledApiFromAMissingRight() {
        List<ThrowingCallable> calls = List.of(
                () -> provider.instances().findByOwner("nobody"),
                () -> provider.firewalls().find("none"),
                () -> provider.networks().find("none"),
                () -> provider.secrets().versions("none"),
                () -> provider.identities().find("pllm-none"),
                () -> provider.keys().find("none", "none"),
                () -> provider.artifacts().find("pllm-none"));
        calls.forEach(call -> assertThatThrownBy(call)
                .isInstanceOf(CloudFailure.ApiDisabled.class)
                .hasMessageContaining("gcloud services enable "));

        var operation = provider.apis().enable(EnumSet.allOf(Api.class));
        Emulator.eventually(() -> provider.apis().operation(operation) instanceof OperationStatus.Done);

        calls.forEach(call ->
                assertThat(org.assertj.core.api.Assertions.catchThrowable(call)).isNull());
    }
}
