// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.Guests;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Operations that the cloud accepts and then ends without their effect. */
@Execution(ExecutionMode.CONCURRENT)
final class FailedOperationsTest {
    private static final Offering A = new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone("us-central1-a"));

    private final World world = new World();

    private static Stream<Arguments> failedOperations() {
        List<String> calls =
                List.of("insert", "start", "stop", "delete", "setMetadata", "insertRule", "replaceRule", "deleteRule");
        List<CloudFailure> failures = List.of(
                Faults.stockout(),
                Faults.lost(),
                Faults.denied(),
                new CloudFailure.QuotaExceeded("QUOTA_EXCEEDED", "none", false, null),
                new CloudFailure.Unclassified("INTERNAL_ERROR", "Internal error.", null));
        return calls.stream().flatMap(call -> failures.stream().map(failure -> Arguments.of(call, failure)));
    }

    @ParameterizedTest(name = "{0} ends with {1}")
    @MethodSource("failedOperations")
    @DisplayName(
            "P6 R9 an operation of any kind that is DONE with an error of any weight is read, and two wakes and sleeps come to their end")
    void comesToItsEndWhateverOperationFails(String call, CloudFailure failure) {
        world.cloud.faults().failNextOperation(call, failure);
        world.cloud.faults().failNextOperation(call, failure);

        world.wake();
        if (call.equals("replaceRule")) {
            renewTheRule();
        }
        world.sleep();
        moveElsewhere();
        world.wake();
        world.until(() -> world.cloud.instances().all().size() == 1);
        world.sleep();

        assertThat(world.served).hasSize(2);
        assertThat(world.cloud.instances().all()).hasSize(1);
        assertThat(world.cloud.instances().billable()).isEmpty();
        // A machine without power that is being deleted looks like one that is stopping.
        assertThat(world.cloud.instances().doubleBilled()).isLessThan(Duration.ofSeconds(10));
        assertThat(world.cloud.firewalls().all()).isEmpty();
        assertThat(world.store.read().state().plan().operations()).isEmpty();
        assertThat(world.cloud.secrets().mostAtOnce()).isLessThanOrEqualTo(2);
    }

    private void renewTheRule() {
        world.guests.openStreams(1);
        world.passes(Duration.ofMinutes(65));
        assertThat(world.cloud.faults().count("replaceRule")).isPositive();
        world.guests.openStreams(0);
    }

    /** So that a predecessor has to be deleted. */
    private void moveElsewhere() {
        world.cloud.instances().exhaust(A);
    }

    @Test
    @DisplayName("P6 while a refused firewall rule is left alone, no machine is given power that nobody could reach")
    void startsNoMachineThatNobodyCouldReach() {
        world.cloud.faults().failEvery("insertRule", Faults.denied());
        world.request();
        world.passes(Duration.ofMinutes(9));

        assertThat(world.cloud.faults().count("insertRule")).isEqualTo(1);
        assertThat(world.cloud.faults().count("insert") + world.cloud.faults().count("start"))
                .isEqualTo(1);
        assertThat(world.condition("Stalled")).contains("TRUE/PermissionDenied");
        assertThat(world.cloud.instances().billable()).isEmpty();

        world.cloud.faults().recover("insertRule");
        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.served).hasSize(1);
    }

    @Test
    @DisplayName(
            "S3 P3 a rule that cannot be renewed still stands: the guest is heard, its dead man's switch fed, its streams kept")
    void goesOnHearingTheGuestWhileItsRuleCannotBeRenewed() {
        world.wake();
        world.guests.openStreams(1);
        world.cloud.faults().failEvery("replaceRule", Faults.denied());

        world.passes(Duration.ofMinutes(80));

        assertThat(world.cloud.faults().count("replaceRule")).isPositive();
        assertThat(Guests.address(world.store.read().state().plan(), World.NAMES))
                .isPresent();
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        assertThat(world.condition("Serving")).contains("TRUE/Answering");

        world.cloud.faults().recover("replaceRule");
        world.passes(Duration.ofMinutes(15));
        assertThat(world.cloud
                        .firewalls()
                        .all()
                        .getFirst()
                        .owner()
                        .orElseThrow()
                        .expiresAt())
                .isAfter(world.clock.instant().plus(Duration.ofMinutes(60)));
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
    }
}
