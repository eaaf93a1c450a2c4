// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Run;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** More machines than one, machines that nobody recorded, and machines of which nobody knows whether they are there. */
final class LostMachinesTest {
    private static final Offering A = offering("us-central1-a");
    private static final Offering B = offering("us-central1-b");
    private static final Offering C = offering("us-central1-c");
    private static final InstanceId IN_A = new InstanceId(A.zone(), World.NAMES.instance());
    private static final InstanceId SUCCESSOR_IN_B = new InstanceId(B.zone(), World.NAMES.successor());

    private final World world = new World();

    private static Offering offering(String zone) {
        return new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone(zone));
    }

    private PlanState record() {
        return world.store.read().state().plan();
    }

    private void loseTheRecord() {
        long version = world.store.read().version();
        world.store.compareAndSet(version, ResourceState.initial(world.clock.instant()));
        world.restart();
    }

    private void plant(InstanceId id, Offering offering) {
        world.cloud
                .instances()
                .plant(
                        new InstanceSpec(
                                id.name(),
                                "default",
                                "",
                                "tag",
                                "image",
                                128,
                                Map.of("pllm-owner", World.UID),
                                Map.of(),
                                "default",
                                Duration.ofDays(1),
                                true,
                                true),
                        offering);
    }

    @Test
    @DisplayName("C10 with two disks in exhausted zones the one that never served goes before a third machine is made")
    void removesTheDiskThatNeverServedBeforeAThird() {
        world.wake();
        world.sleep();
        world.cloud.instances().exhaust(A);
        world.request();
        world.until(() -> world.power() instanceof MachineState.Booting);
        world.cloud.instances().exhaust(B);
        world.cloud.instances().loseFromOutside(SUCCESSOR_IN_B);

        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(record().machine().orElseThrow().offering()).isEqualTo(C);
        world.until(() -> world.cloud.instances().all().size() == 1);
        assertThat(world.cloud.instances().created()).isEqualTo(3);
        assertThat(world.cloud.instances().doubleBilled()).isLessThan(Duration.ofSeconds(10));
        assertThat(world.served).hasSize(2);
    }

    @Test
    @DisplayName("C10 when the record is lost, two disks in exhausted zones end in one machine elsewhere")
    void findsTwoDisksAgainAndKeepsNeither() {
        plant(IN_A, A);
        plant(SUCCESSOR_IN_B, B);
        world.cloud.instances().loseFromOutside(IN_A);
        world.cloud.instances().loseFromOutside(SUCCESSOR_IN_B);
        world.cloud.instances().exhaust(A);
        world.cloud.instances().exhaust(B);

        world.wake();

        assertThat(record().machine().orElseThrow().offering()).isEqualTo(C);
        world.until(() -> world.cloud.instances().all().size() == 1);
    }

    @Test
    @DisplayName(
            "C10 an insert whose operation goes on is waited for, however long: no second one is sent, here or elsewhere")
    void waitsForAnInsertThatTakesItsTime() {
        world.cloud.instances().insertsStayHidden(Duration.ofMinutes(12));
        world.request();
        world.passes(Duration.ofMinutes(7));
        world.document = World.sample("", "llama3.2:3b", "us-central1-b");
        world.generation = 2;
        world.passes(Duration.ofMinutes(2));

        assertThat(world.cloud.faults().count("insert")).isEqualTo(1);

        world.cloud.instances().insertsStayHidden(Duration.ZERO);
        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.cloud.instances().all()).hasSize(1);
        assertThat(world.cloud.instances().doubleBilled()).isZero();
    }

    @Test
    @DisplayName(
            "C10 a machine that is still being set up after five minutes is removed before another is made elsewhere")
    void removesAMachineThatNeverComesToBe() {
        world.cloud.instances().pace(Duration.ofHours(3), Duration.ofSeconds(4));
        world.request();
        world.until(() -> world.effectKinds().contains("DELETE_INSTANCE"));
        world.cloud.instances().pace(Duration.ofSeconds(3), Duration.ofSeconds(4));

        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(record().machine().orElseThrow().offering()).isEqualTo(B);
        assertThat(world.cloud.instances().doubleBilled()).isZero();
        assertThat(world.cloud.instances().all()).hasSize(1);
    }

    @Test
    @DisplayName("C10 C13 a second machine of ours that turns up beside the one that serves is gone within two minutes")
    void removesASecondMachineWhileTheFirstServes() {
        world.wake();
        world.guests.openStreams(1);
        plant(new InstanceId(C.zone(), World.NAMES.instance()), C);

        world.passes(Duration.ofMinutes(2));

        assertThat(world.cloud.instances().all())
                .extracting(found -> found.id())
                .containsExactly(IN_A);
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
    }

    @Test
    @DisplayName("C17 a machine that is found running is booked from when it was started, not from when it was found")
    void booksAFoundMachineFromItsStart() {
        world.wake();
        world.guests.openStreams(1);
        Instant started =
                world.cloud.instances().all().getFirst().lastStartedAt().orElseThrow();
        world.passes(Duration.ofHours(2));
        loseTheRecord();
        world.demand = Demand.NONE;

        world.until(() -> world.power() instanceof MachineState.Stopped);

        assertThat(record().runs()).extracting(Run::start).containsExactly(started);
        assertThat(bookedSeconds()).isGreaterThan(7200);
    }

    @Test
    @DisplayName("C17 a machine that somebody else started is booked too, and no second twice")
    void booksAMachineThatSomebodyElseStarted() {
        world.wake();
        world.sleep();
        world.passes(Duration.ofMinutes(1));
        world.cloud.instances().startFromOutside(IN_A);

        world.passes(Duration.ofMinutes(7));

        assertThat(world.cloud.instances().all()).allMatch(found -> found.status() == InstanceStatus.STOPPED);
        assertThat(record().runs()).hasSize(2);
        double billed = world.cloud.instances().billed().toMillis() / 1000.0;
        assertThat(bookedSeconds()).isBetween(billed - 10, billed + 2);
    }

    private double bookedSeconds() {
        return record().runs().stream()
                .mapToDouble(run -> run.length(world.clock.instant()).toMillis() / 1000.0)
                .sum();
    }

    @Test
    @DisplayName(
            "P10 a start that is answered with not found does not forget the machine; the machine itself is looked at")
    void keepsTheMachineWhenItsStartFindsSomethingMissing() {
        world.wake();
        world.sleep();
        world.cloud.faults().failNext("start", missing());

        world.wake();

        assertThat(world.cloud.instances().created()).isEqualTo(1);
        assertThat(record().boots().laterBootSeconds()).hasSize(1);
    }

    @Test
    @DisplayName("P10 a start that is always answered with not found is tried with growing pauses")
    void doesNotStormWhenAStartFindsSomethingMissing() {
        world.wake();
        world.sleep();
        world.cloud.faults().failEvery("start", missing());
        world.request();

        world.passes(Duration.ofMinutes(9));

        assertThat(world.cloud.faults().count("start")).isBetween(5L, 30L);
    }

    @Test
    @DisplayName("P10 a start that is answered with not found because the machine is gone makes another one")
    void makesAnotherWhenTheMachineIsGone() {
        world.wake();
        world.sleep();
        world.cloud.faults().watchedBy((moment, call) -> {
            if (call.equals("start")) {
                world.cloud.instances().removeFromOutside(IN_A);
            }
        });

        world.wake();

        assertThat(world.cloud.instances().created()).isEqualTo(2);
        assertThat(List.copyOf(world.served)).hasSize(2);
    }

    private static CloudFailure missing() {
        return new CloudFailure.NotFound("notFound", "disk data was not found", null);
    }
}
