// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.controller.link.LinkDocument.Accepts;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The world as it is: no capacity, no rights, no address, and people who touch what is ours. */
final class TroubleTest {
    private static final Offering A = offering("us-central1-a");
    private static final Offering B = offering("us-central1-b");
    private static final Offering C = offering("us-central1-c");
    private static final InstanceId IN_A = new InstanceId(A.zone(), World.NAMES.instance());

    private final World world = new World();

    private static Offering offering(String zone) {
        return new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone(zone));
    }

    @Test
    void triesTheNextZoneAtOnceWhenOneHasNothing() {
        world.cloud.instances().exhaust(A);

        world.wake();

        assertThat(world.cloud.instances().billable())
                .extracting(instance -> instance.id().zone())
                .containsExactly(B.zone());
        assertThat(world.cloud.faults().count("insert")).isEqualTo(2);
        assertThat(world.last.status().blocks())
                .extracting(block -> block.zone() + " " + block.code())
                .containsExactly("us-central1-a ZONE_RESOURCE_POOL_EXHAUSTED");
    }

    @Test
    @DisplayName(
            "P7 with nothing to be had anywhere, waiting ends at once with a reason, nothing is billed, and the controller tries again by itself")
    void endsTheWaitWhenNothingIsToBeHad() {
        world.cloud.instances().exhaust(A);
        world.cloud.instances().exhaust(B);
        world.cloud.instances().exhaust(C);
        world.request();

        world.until(
                () -> world.last.status() != null && world.condition("Stalled").equals(Optional.of("TRUE/NoCapacity")));

        assertThat(world.links.getLast().accepts()).isEqualTo(Accepts.REFUSE);
        assertThat(world.links.getLast().retryAt()).isPresent();
        assertThat(world.last.status().message()).contains("us-central1-c", "ZONE_RESOURCE_POOL_EXHAUSTED");
        world.until(() -> world.cloud.firewalls().all().isEmpty());
        assertThat(world.cloud.instances().all()).isEmpty();
        assertThat(world.cloud.faults().count("insert")).isEqualTo(3);

        world.cloud.instances().replenish();
        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.served).hasSize(1);
    }

    @Test
    void aWakeByHandClearsTheBlocks() {
        world.cloud.instances().exhaust(A);
        world.cloud.instances().exhaust(B);
        world.cloud.instances().exhaust(C);
        world.request();
        world.until(() -> world.power() instanceof MachineState.Failed);
        world.demand = Demand.NONE;
        world.cloud.instances().replenish();
        Instant before = world.clock.instant();

        world.requests = new PowerRequests(Optional.of("again"), Optional.empty(), PowerRequests.Order.NONE);
        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(Duration.between(before, world.clock.instant())).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void movesAStoppedMachineElsewhereOnlyAfterItsZoneHadItsPatience() {
        world.wake();
        world.sleep();
        world.cloud.instances().exhaust(A);
        world.request();
        Instant asked = world.clock.instant();

        world.until(() -> world.cloud.instances().created() == 2);
        assertThat(Duration.between(asked, world.clock.instant()))
                .isBetween(Duration.ofMinutes(2), Duration.ofSeconds(140));
        assertThat(world.cloud.faults().count("start")).isBetween(2L, 9L);

        world.until(() -> world.cloud.instances().all().size() == 1);
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        assertThat(world.cloud.instances().doubleBilled()).isLessThan(Duration.ofSeconds(10));
        assertThat(world.cloud.instances().all().getFirst().id().zone()).isEqualTo(B.zone());
        assertThat(world.served).hasSize(2);
    }

    @Test
    @DisplayName("P10 a missing right is named, tried again every ten minutes and not more often")
    void doesNotStormWhenPermissionIsDenied() {
        for (int i = 0; i < 20; i++) {
            world.cloud.faults().failNext("insert", Faults.denied());
        }
        world.request();

        world.passes(Duration.ofMinutes(35));

        assertThat(world.cloud.faults().count("insert")).isEqualTo(4);
        assertThat(world.condition("Stalled")).contains("TRUE/PermissionDenied");
        assertThat(world.last.status().message()).contains("compute.instances.create");
        assertThat(world.links.getLast().accepts()).isEqualTo(Accepts.REFUSE);
        assertThat(world.cloud.instances().all()).isEmpty();
        assertThat(world.cloud.firewalls().all()).isEmpty();
    }

    @Test
    @DisplayName(
            "P10 while the cloud cannot be asked, nothing is made, started or stopped, and nothing is called absent")
    void concludesNothingFromAFailedLook() {
        world.wake();
        world.sleep();
        int created = world.cloud.instances().created();
        for (int i = 0; i < 400; i++) {
            world.cloud.faults().failNext("find", new CloudFailure.Unavailable("503", "down", Optional.empty(), null));
            world.cloud
                    .faults()
                    .failNext("findByOwner", new CloudFailure.Unavailable("503", "down", Optional.empty(), null));
        }
        world.restart();
        world.request();

        world.passes(Duration.ofMinutes(2));

        assertThat(world.cloud.instances().created()).isEqualTo(created);
        assertThat(world.cloud.faults().count("start")).isZero();
        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);
        assertThat(world.condition("Ready")).contains("UNKNOWN/Unavailable");
    }

    @Test
    @DisplayName("P6 an operation that is DONE with an error is read and becomes its reason")
    void readsTheErrorOfAnOperation() {
        world.cloud
                .faults()
                .failNextOperation(
                        "insert",
                        new CloudFailure.QuotaExceeded("QUOTA_EXCEEDED", "GPUS_ALL_REGIONS is 0", true, null));
        world.request();

        world.until(() -> world.power() instanceof MachineState.Failed);

        assertThat(world.condition("Stalled")).contains("TRUE/QuotaExceeded");
        assertThat(world.cloud.instances().all()).isEmpty();
    }

    @Test
    @DisplayName("C10 the record is lost and lists lag: an own machine of the same name is taken over, not doubled")
    void takesOverItsOwnMachineWhenTheRecordIsLost() {
        world.wake();
        world.sleep();
        world.cloud.instances().listsLag(Duration.ofHours(1));
        long version = world.store.read().version();
        world.store.compareAndSet(version, ResourceState.initial(world.clock.instant()));
        world.restart();

        world.wake();

        assertThat(world.cloud.instances().created()).isEqualTo(1);
        assertThat(world.cloud.instances().doubleBilled()).isEqualTo(Duration.ZERO);
    }

    @Test
    void aNameThatSomebodyElseHasIsLeftAlone() {
        plant("somebody-else");
        world.request();

        world.passes(Duration.ofMinutes(5));

        assertThat(world.condition("Stalled")).contains("TRUE/ManagementConflict");
        assertThat(world.cloud.faults().count("stop") + world.cloud.faults().count("delete"))
                .isZero();
        assertThat(world.cloud.faults().count("insert")).isEqualTo(1);
    }

    private void plant(String owner) {
        world.cloud
                .instances()
                .plant(
                        new InstanceSpec(
                                IN_A.name(),
                                "default",
                                "",
                                "tag",
                                "image",
                                128,
                                Map.of("pllm-owner", owner),
                                Map.of(),
                                "default",
                                Duration.ofDays(1),
                                true,
                                true),
                        A);
    }

    @Test
    @DisplayName("P15 a machine that is seen down ends the wait at once, and is woken again for whoever waits")
    void noticesAMachineThatFallsWhileItBoots() {
        world.guests.pace(Duration.ofMinutes(5), Duration.ofSeconds(1));
        world.request();
        world.until(() -> world.power() instanceof MachineState.Booting);
        world.passes(Duration.ofSeconds(10));
        Instant fell = world.clock.instant();
        world.cloud.instances().loseFromOutside(IN_A);

        world.until(() -> !(world.power() instanceof MachineState.Booting));

        assertThat(Duration.between(fell, world.clock.instant())).isLessThan(Duration.ofSeconds(3));
        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.served).hasSize(1);
    }

    @Test
    @DisplayName("P15 an answer of 401 or 502 is not ready")
    void takesNoOtherAnswerForReadiness() {
        world.guests.pace(Duration.ofSeconds(1), Duration.ofMinutes(2));
        world.request();
        world.until(() -> world.power() instanceof MachineState.Booting);
        for (int status : List.of(401, 502)) {
            world.guests.answerWith(new GuestFailure.Refused(status, "no", null));
            world.passes(Duration.ofSeconds(10));
            assertThat(world.power()).isInstanceOf(MachineState.Booting.class);
        }
        world.guests.answerAgain();
        world.until(() -> world.power() instanceof MachineState.Serving);
    }

    @Test
    @DisplayName("C15 an address at which another machine answers is never trusted, and the condition says so")
    void trustsNobodyElseAtTheAddress() {
        world.request();
        world.until(() -> world.power() instanceof MachineState.Booting);
        world.guests.answerWith(new GuestFailure.Untrusted("pin differs", null));
        world.passes(Duration.ofSeconds(30));

        assertThat(world.condition("Serving")).contains("FALSE/MachineUntrusted");
        assertThat(world.links).noneMatch(link -> link.accepts() == Accepts.FORWARD);
    }

    @Test
    void aMachineStoppedFromOutsideWhileServingIsWokenByTheNextRequest() {
        world.wake();
        world.cloud.instances().loseFromOutside(IN_A);

        world.until(() -> world.power() instanceof MachineState.Stopped);
        assertThat(world.links.getLast().accepts()).isEqualTo(Accepts.HOLD);
        world.until(() -> world.cloud.firewalls().all().isEmpty());

        world.wake();
        assertThat(world.served).hasSize(2);
        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    @Test
    void aPreemptedMachineBlocksItsOfferingAndIsReplacedElsewhere() {
        world.wake();
        world.guests.preempt();
        world.passes(Duration.ofSeconds(1));
        assertThat(world.links.getLast().accepts()).isEqualTo(Accepts.HOLD);
        world.cloud.instances().loseFromOutside(IN_A);

        world.until(() -> world.power() instanceof MachineState.Preempted);

        assertThat(world.last.status().blocks())
                .extracting(block -> block.code())
                .containsExactly("PREEMPTED");
        assertThat(world.condition("Serving")).contains("FALSE/Preempted");
    }

    @Test
    void aMachineThatSomebodyStartsWithoutDemandIsStoppedAgain() {
        world.wake();
        world.sleep();
        world.cloud.instances().startFromOutside(IN_A);

        world.passes(Duration.ofMinutes(7));

        assertThat(world.cloud.instances().billable()).isEmpty();
    }

    @Test
    @DisplayName(
            "R9 a guest that never comes up is stopped at its deadline, tried again later each time, and given up after three")
    void givesUpAfterThreeFailedBoots() {
        world.guests.pace(Duration.ofDays(1), Duration.ofSeconds(1));
        world.request();

        world.until(() -> world.power() instanceof MachineState.Failed failed
                && failed.retryAt().isEmpty());

        assertThat(world.store.read().state().plan().boots().failuresInARow()).isEqualTo(3);
        assertThat(world.cloud.instances().billable()).isEmpty();
        assertThat(world.condition("Stalled")).contains("TRUE/ActivationDeadlineExceeded");
        long starts = world.cloud.faults().count("start");
        world.passes(Duration.ofHours(5));
        assertThat(world.cloud.faults().count("start")).isEqualTo(starts);

        world.guests.pace(Duration.ofSeconds(1), Duration.ofSeconds(1));
        world.generation = 2;
        world.until(() -> world.power() instanceof MachineState.Serving);
    }

    @Test
    @DisplayName("P2 a first boot of 29 minutes is not stopped, one of 31 minutes is diagnosed")
    void givesAFirstBootItsGrace() {
        world.guests.pace(Duration.ofMinutes(26), Duration.ofMinutes(3));
        world.wake();
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");

        World slow = new World();
        slow.guests.pace(Duration.ofMinutes(31), Duration.ofSeconds(1));
        slow.request();
        slow.until(() -> slow.power() instanceof MachineState.Failed);
        assertThat(((MachineState.Failed) slow.power()).reason()).isEqualTo("ActivationDeadlineExceeded");
    }

    @Test
    @DisplayName("R2 a step that was decided upon an older record changes nothing")
    void endsAStepThatLostTheRace() {
        world.request();
        world.until(() -> world.effectKinds().contains("UPLOAD_BUNDLE"));
        world.store.beforeWrite(() -> {
            world.store.beforeWrite(() -> {});
            world.store.compareAndSet(
                    world.store.read().version(), world.store.read().state());
        });

        world.until(() -> world.races == 1);
        assertThat(world.cloud.faults().count("insert")).isZero();

        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    @Test
    void forgottenOperationsAreReplacedByALookAtTheThingItself() {
        world.cloud.instances().pace(Duration.ofSeconds(20), Duration.ofSeconds(4));
        world.request();
        world.until(() -> world.effectKinds().contains("INSERT_INSTANCE"));
        world.cloud.instances().forgetOperations();

        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    @Test
    void keepsALedgerOfItsRuns() {
        world.wake();
        world.sleep();

        assertThat(world.last.status().runs()).hasSize(1);
        assertThat(world.last.status().runs().getFirst().reason()).contains("IdleTimeout");
        assertThat(world.last.status().cost().usd().orElseThrow()).isPositive();
        double billed = world.cloud.instances().billed().toMillis() / 1000.0;
        assertThat(world.last.status().cost().machineSeconds()).isBetween(billed - 10, billed + 2);
    }
}
