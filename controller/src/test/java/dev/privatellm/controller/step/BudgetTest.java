// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.controller.link.LinkDocument;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.cost.LedgerEntry.MachineRun;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A month that has cost what it may. */
final class BudgetTest {
    private static final Instant NEXT_MONTH = Instant.parse("2026-12-01T00:00:00Z");
    private final World world = new World();

    private void budget(String onExceed) {
        world.document = document("machineTypes: [a3-highgpu-8g]", onExceed);
    }

    /** Answers for three minutes at 50.64 USD an hour or more. */
    private void spend() {
        world.wake();
        world.demand = new Demand(0, 1, Optional.of(world.clock.instant()));
        world.passes(Duration.ofMinutes(3));
    }

    private void idle() {
        world.demand = new Demand(0, 0, Optional.of(world.clock.instant()));
        world.sleep();
    }

    @Test
    @DisplayName(
            "an exceeded budget waits for the running answer, then sleeps at once and refuses wakes until the month is over")
    void sleepsAtTheNextIdleMomentAndRefusesWakes() {
        budget("Sleep");
        spend();
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        assertThat(world.condition("WithinBudget")).contains("FALSE/BudgetExceeded");
        assertThat(world.links.getLast().accepts()).isEqualTo(LinkDocument.Accepts.FORWARD);

        Instant idleSince = world.clock.instant();
        idle();
        MachineRun run = (MachineRun) world.ledger.entries().getFirst();
        assertThat(run.reason()).isEqualTo("BudgetExceeded");
        assertThat(Duration.between(idleSince, run.end())).isLessThan(Duration.ofSeconds(50));

        world.request();
        world.passes(Duration.ofMinutes(10));
        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);
        LinkDocument link = world.links.getLast();
        assertThat(link.accepts()).isEqualTo(LinkDocument.Accepts.REFUSE);
        assertThat(link.reason()).contains("BudgetExceeded");
        assertThat(link.retryAt()).contains(NEXT_MONTH);
        assertThat(link.message().orElseThrow())
                .contains("the budget of 2 USD is used up: ", "2026-12-01T00:00:00Z", "docs/errors/BudgetExceeded.md");
        assertThat(world.condition("Ready")).contains("TRUE/BudgetExceeded");
        assertThat(world.condition("Serving")).contains("FALSE/Asleep");
        assertThat(world.last.status().phase().word()).isEqualTo("BudgetExceeded");

        world.clock.advanceTo(NEXT_MONTH);
        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.condition("WithinBudget")).contains("TRUE/WithinBudget");
    }

    @Test
    @DisplayName(
            "who overrides the budget by hand has the machine until then, also from a process that was started since")
    void isOverriddenByHandForAWhile() {
        budget("Sleep");
        spend();
        idle();
        Instant until = world.clock.instant().plus(Duration.ofHours(2));
        world.requests = new PowerRequests(Optional.of("by hand"), Optional.empty(), PowerRequests.Order.NONE)
                .overridingBudget(Optional.of(until));
        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.condition("WithinBudget")).contains("FALSE/Overridden");

        world.sleep();
        world.requests = PowerRequests.NONE;
        world.restart();
        world.wake();
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);

        world.sleep();
        world.clock.advanceTo(until);
        world.request();
        world.passes(Duration.ofMinutes(10));
        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);
    }

    @Test
    void whoOnlyWantsToBeWarnedIsWarned() {
        budget("Warn");
        spend();
        idle();
        assertThat(world.condition("WithinBudget")).contains("FALSE/BudgetExceeded");
        assertThat(world.last.status().cost().budget().orElseThrow().refusesWakes())
                .isFalse();

        world.wake();
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
    }

    @Test
    void beyondABudgetForOnDemandMachinesASpotMachineStillRuns() {
        budget("OnDemandOff");
        spend();
        idle();
        world.wake();
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        assertThat(world.condition("WithinBudget")).contains("FALSE/BudgetExceeded");
    }

    @Test
    void beyondABudgetForOnDemandMachinesNoSuchMachineRuns() {
        world.document = document("provisioning: Standard, machineTypes: [a3-highgpu-8g]", "OnDemandOff");
        spend();
        idle();
        world.request();
        world.passes(Duration.ofMinutes(10));
        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);
        assertThat(world.links.getLast().reason()).contains("BudgetExceeded");
    }

    @Test
    @DisplayName(
            "C17 a price that is unknown is not nothing: the budget cannot be judged, which is said, and wakes are allowed")
    void saysThatItCannotJudgeAnUnknownPrice() {
        world.document = document("machineTypes: [a4-highgpu-8g]", "Sleep");
        spend();
        idle();
        assertThat(world.condition("WithinBudget")).contains("UNKNOWN/PriceUnknown");
        assertThat(world.last.status().cost().monthUsd()).isEmpty();

        world.wake();
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
    }

    @Test
    void beyondABudgetForOnDemandMachinesThereIsASpotMachineOrNone() {
        world.document = document("provisioning: SpotThenStandard, machineTypes: [a3-highgpu-8g]", "OnDemandOff");
        world.cloud
                .instances()
                .exhaust(new Offering(ProvisioningModel.SPOT, "a3-highgpu-8g", new Zone("us-central1-a")));
        spend();
        assertThat(bought()).isEqualTo(ProvisioningModel.STANDARD);
        idle();
        assertThat(((MachineRun) world.ledger.entries().getFirst()).reason()).isEqualTo("BudgetExceeded");

        world.request();
        world.passes(Duration.ofMinutes(10));
        assertThat(world.power().isBillable()).isFalse();
        assertThat(world.served).hasSize(1);

        world.cloud.instances().replenish();
        world.passes(Duration.ofMinutes(40));
        assertThat(world.served).hasSize(2);
        assertThat(bought()).isEqualTo(ProvisioningModel.SPOT);
    }

    private ProvisioningModel bought() {
        return world.store.read().state().plan().runs().getLast().offering().provisioning();
    }

    private static PrivateLlm document(String placement, String onExceed) {
        return DocumentReader.read("""
                apiVersion: privatellm.dev/v1alpha1
                kind: PrivateLlm
                metadata: {name: llama}
                spec:
                  provider: {gcp: {projectId: example-project}}
                  placement: {zones: [us-central1-a], %s}
                  model: {name: "llama3.2:3b"}
                  power:
                    firstBoot: OnDemand
                    idleTimeoutSeconds: 60
                    budget: {monthlyUsd: 2, onExceed: %s}
                  security: {keyAlgorithm: ECDSA_P256}
                """.formatted(placement, onExceed));
    }
}
