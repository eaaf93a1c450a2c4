// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.ProvisioningModel;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the adapter says when the emulated cloud has had enough of its calls, and when a machine's host is maintained or fails. */
@ExtendWith(Emulator.class)
@Isolated("a fault is one for every caller of the emulator")
class RatesAndHostsTest {
    private final String project = Emulator.newProject();
    private GoogleCloudProvider provider;
    private InstanceProvider instances;

    @BeforeEach
    void connect() {
        provider = Emulator.connect(project);
        instances = provider.instances();
    }

    @AfterEach
    void heal() throws Exception {
        Emulator.heal();
        provider.close();
    }

    private static CloudFailure.Unavailable unavailable(ThrowingCallable call) {
        CloudFailure.Unavailable[] failure = new CloudFailure.Unavailable[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(CloudFailure.Unavailable.class, thrown -> failure[0] = thrown);
        return failure[0];
    }

    @ParameterizedTest
    @CsvSource({"read_requests", "list_requests"})
    @DisplayName(
            "P6 a project that has used up its minute of Compute Engine is told to come back, in that group of calls only")
    void tellsAMinuteThatIsUsedUp(String group) throws Exception {
        Emulator.project(project, "\"rates\": {\"compute.googleapis.com/%s\": 0}".formatted(group));
        ThrowingCallable read = () -> instances.find(Samples.ID);
        ThrowingCallable list = () -> instances.findByOwner("uid-1");
        boolean isRead = group.equals("read_requests");

        CloudFailure.Unavailable failure = unavailable(isRead ? read : list);

        assertThat(failure.code()).isEqualTo("rateLimitExceeded");
        assertThat(failure).hasMessageContaining("compute.googleapis.com/" + group);
        assertThat(failure.retryAfter()).isEmpty();
        assertThatCode(isRead ? list : read).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("P6 a project that has used up its writes of secrets is told to come back, and reads go on")
    void tellsAMinuteOfSecretsThatIsUsedUp() throws Exception {
        Emulator.project(project, "\"rates\": {\"secretmanager.googleapis.com/write_requests\": 0}");

        CloudFailure.Unavailable failure =
                unavailable(() -> provider.secrets().ensure("pllm-x", Map.of("pllm-owner", "uid-1"), Optional.empty()));

        assertThat(failure.code()).isEqualTo("RATE_LIMIT_EXCEEDED");
        assertThat(provider.secrets().owner("pllm-x")).isEmpty();
    }

    @Test
    @DisplayName(
            "P6 a service that names a time is not called before that time is over, longer than the usual pause too")
    void staysAwayForAsLongAsItIsAsked() throws Exception {
        Emulator.fault("{\"rpc\": \"Instances.Get\", \"nth\": 1, \"code\": \"503\", \"retryAfterSeconds\": 60}");

        CloudFailure.Unavailable asked = unavailable(() -> instances.find(Samples.ID));
        CloudFailure.Unavailable unsent = unavailable(() -> instances.find(Samples.ID));

        assertThat(asked.retryAfter()).contains(Duration.ofMinutes(1));
        assertThat(unsent.code()).isEqualTo("SERVICE_LEFT_ALONE");
        assertThat(provider.secrets().owner("pllm-x")).isEmpty();
    }

    @Test
    @DisplayName("P6 C13 a machine whose host is maintained is down, and neither taken back nor started by the cloud")
    void tellsMaintenance() {
        runs(ProvisioningModel.STANDARD);
        Instant before = Instant.now().minusSeconds(60);

        Emulator.event("maintain", project, Samples.ID);

        assertThat(status()).isEqualTo(InstanceStatus.STOPPING);
        Emulator.eventually(() -> status() == InstanceStatus.STOPPED);
        Instance stopped = instances.find(Samples.ID).orElseThrow();
        assertThat(instances.wasPreempted(Samples.ID, stopped.cloudId(), before))
                .isFalse();
        assertThat(stopped.lastStoppedAt()).isPresent();
    }

    @Test
    @DisplayName("P6 a machine whose host fails is being repaired, and then down")
    void tellsAHostThatFails() {
        runs(ProvisioningModel.SPOT);

        Emulator.event("break", project, Samples.ID);

        assertThat(status()).isEqualTo(InstanceStatus.REPAIRING);
        Emulator.eventually(() -> status() == InstanceStatus.STOPPED);
    }

    @Test
    @DisplayName("P6 a machine that ends what it does is stopping, and cannot be started before it is down")
    void tellsAGracefulShutdown() {
        runs(ProvisioningModel.SPOT);

        Emulator.event("shutdown", project, Samples.ID);

        Instance ending = instances.find(Samples.ID).orElseThrow();
        assertThat(ending.rawStatus()).isEqualTo("PENDING_STOP");
        assertThat(ending.status()).isEqualTo(InstanceStatus.STOPPING);
        assertThatThrownBy(() -> instances.start(Samples.ID, Samples.REQUEST))
                .isInstanceOf(CloudFailure.NotReady.class);
        Emulator.eventually(() -> status() == InstanceStatus.STOPPED);
    }

    private InstanceStatus status() {
        return instances.find(Samples.ID).orElseThrow().status();
    }

    private void runs(ProvisioningModel model) {
        OperationId insert =
                instances.insert(Samples.machine("default"), Samples.offering(model, "g2-standard-4"), Samples.REQUEST);
        Emulator.eventually(() -> instances.operation(insert) instanceof OperationStatus.Done);
    }
}
