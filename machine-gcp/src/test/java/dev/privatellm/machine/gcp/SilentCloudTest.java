// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.RequestId;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often a cloud is called that does not answer, or asks not to be called. */
class SilentCloudTest {
    @TempDir
    Path folder;

    private RecordingCloud cloud;
    private GoogleCloudProvider provider;

    @BeforeEach
    void connect() {
        cloud = new RecordingCloud(folder);
        provider = GoogleCloudProvider.open(cloud.settings());
    }

    @AfterEach
    void disconnect() {
        provider.close();
        cloud.close();
    }

    @Test
    @DisplayName("a service that fails is left alone after five; the other services are called as before")
    void leavesASilentServiceAlone() {
        for (int i = 0; i < CallLimits.FAILURES; i++) {
            cloud.answers(500, "{}");
            assertUnavailable("HTTP_500", () -> provider.firewalls().find("pllm-0"));
        }

        assertUnavailable("SERVICE_LEFT_ALONE", () -> provider.firewalls().find("pllm-0"));
        assertUnavailable("SERVICE_LEFT_ALONE", () -> provider.networks().find("pllm-0"));

        assertThat(cloud.calls()).hasSize(CallLimits.FAILURES);
        cloud.answers(404, "{}").answers(404, "{}");
        assertThat(provider.secrets().owner("pllm-0")).isEmpty();
        assertThat(provider.identities().find("pllm-0")).isEmpty();
    }

    @Test
    @DisplayName("an account service that fails is left alone as well")
    void leavesTheOlderClientsServiceAlone() {
        for (int i = 0; i < CallLimits.FAILURES; i++) {
            cloud.answers(500, "{}");
            assertUnavailable("HTTP_500", () -> provider.identities().find("pllm-0"));
        }

        assertUnavailable("SERVICE_LEFT_ALONE", () -> provider.identities().find("pllm-0"));

        assertThat(cloud.calls()).hasSize(CallLimits.FAILURES);
    }

    @Test
    @DisplayName("a service that names a time is not called before")
    void keepsToRetryAfter() {
        cloud.putsOff(Duration.ofSeconds(7), "{\"error\": {\"code\": 503, \"message\": \"busy\"}}");
        assertThatThrownBy(() -> provider.firewalls().find("pllm-0")).isInstanceOf(CloudFailure.Unavailable.class);

        assertUnavailable("SERVICE_LEFT_ALONE", () -> provider.firewalls().find("pllm-0"));

        assertThat(cloud.calls()).hasSize(1);
    }

    @Test
    @DisplayName("an exhausted zone is an answer, whatever its status: nobody is left alone for it")
    void countsARefusalAsAnAnswer() {
        for (int i = 0; i < 2 * CallLimits.FAILURES; i++) {
            cloud.answers(
                    400,
                    "{\"error\": {\"code\": 400, \"message\": \"none left\", \"errors\": [{\"reason\": \"stockout\"}]}}");
            assertThatThrownBy(() -> provider.instances().start(Samples.ID, Samples.REQUEST))
                    .isInstanceOf(CloudFailure.InsufficientCapacity.class);
        }

        assertThat(cloud.calls()).hasSize(2 * CallLimits.FAILURES);
    }

    @Test
    @DisplayName("while a change of the network is under way the next one is put off, and nothing is sent for it")
    void changesTheNetworkOneByOne() {
        cloud.answers(Samples.OPERATION)
                .answers(Samples.OPERATION)
                .answers(Samples.DONE)
                .answers("{\"name\": \"operation-2\"}");
        provider.firewalls().insert(Samples.rule("198.51.100.7/32"), Samples.REQUEST);

        RequestId next = RequestId.parse("22222222-2222-4333-8444-555555555555");

        assertThatThrownBy(() -> provider.networks().delete("pllm-0", next))
                .isInstanceOfSatisfying(
                        CloudFailure.NotReady.class,
                        busy -> assertThat(busy.code()).isEqualTo("NETWORK_BUSY"));
        OperationId second = provider.networks().delete("pllm-0", next);

        assertThat(second).isEqualTo(OperationId.global("operation-2"));
        assertThat(cloud.calls())
                .extracting(RecordingCloud.Call::method)
                .containsExactly("POST", "GET", "GET", "DELETE");
    }

    private static void assertUnavailable(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        CloudFailure.Unavailable.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }
}
