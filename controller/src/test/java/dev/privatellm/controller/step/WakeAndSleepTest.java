// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.controller.link.LinkDocument.Accepts;
import dev.privatellm.controller.status.Phase;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.plan.Guests;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The whole way there and back, with nothing going wrong. */
final class WakeAndSleepTest {
    private final World world = new World();

    @Test
    void theFirstRequestMakesTheMachineAndSilencePutsItToSleep() {
        world.until(() -> world.last.isAtRest());
        assertThat(world.cloud.instances().created()).isZero();

        world.wake();

        assertThat(world.served).hasSize(1);
        assertThat(world.effectKinds())
                .containsExactly(
                        "MAKE_PART",
                        "MAKE_PART",
                        "MAKE_PART",
                        "MAKE_PART",
                        "MAKE_PART",
                        "MAKE_PART",
                        "MAKE_PART",
                        "MAKE_PART",
                        "MAKE_PART",
                        "ENSURE_SECRET",
                        "ISSUE_CERTIFICATES",
                        "UPLOAD_BUNDLE",
                        "MAKE_PART",
                        "INSERT_INSTANCE",
                        "OPEN_FIREWALL",
                        "SIGN_CERTIFICATE",
                        "UPLOAD_BUNDLE",
                        "SET_METADATA",
                        "ACTIVATE_LINK",
                        "DESTROY_VERSION");
        assertThat(world.condition("Serving")).contains("TRUE/Answering");

        world.sleep();

        assertThat(world.effectKinds())
                .endsWith("ACTIVATE_LINK", "DESTROY_VERSION", "DRAIN_GUEST", "CLOSE_FIREWALL", "STOP_INSTANCE");
        assertThat(world.cloud.instances().billable()).isEmpty();
        assertThat(world.cloud.firewalls().all()).isEmpty();
        assertThat(world.cloud.secrets().standing(World.NAMES.secret())).isLessThanOrEqualTo(2);
        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);
        assertThat(world.condition("Ready")).contains("TRUE/Sleeping");
    }

    @Test
    void aStepThatWasWaitedForLooksAtSomething() {
        AtomicInteger steps = new AtomicInteger();
        world.afterStep = steps::incrementAndGet;

        world.wake();
        world.sleep();

        assertThat(steps.get()).isLessThan(world.cloud.faults().calls().size());
    }

    @Test
    void theSecondWakeStartsTheSameMachineWithNewCertificates() {
        world.wake();
        world.sleep();
        world.effects.clear();

        world.wake();

        assertThat(world.cloud.instances().created()).isEqualTo(1);
        assertThat(world.effectKinds())
                .containsExactly(
                        "ISSUE_CERTIFICATES",
                        "UPLOAD_BUNDLE",
                        "SET_METADATA",
                        "START_INSTANCE",
                        "OPEN_FIREWALL",
                        "DESTROY_VERSION",
                        "SIGN_CERTIFICATE",
                        "UPLOAD_BUNDLE",
                        "SET_METADATA",
                        "ACTIVATE_LINK",
                        "DESTROY_VERSION");
        assertThat(world.last.status().certificates().orElseThrow().generation())
                .isEqualTo(2);
    }

    @Test
    void aWakeThatHasBegunIsNotToldToWaitForTheNextRequest() {
        for (int wake = 0; wake < 2; wake++) {
            world.sleep();
            assertThat(world.last.status().message()).contains("the next request");

            world.request();
            world.step();

            assertThat(world.last.status().phase()).isEqualTo(Phase.STARTING);
            assertThat(world.last.status().message()).doesNotContain("next request");
            world.wake();
        }
    }

    @Test
    @DisplayName("S5 after 20 wakes at most two versions of the bundle ever existed at once")
    void neverHasMoreThanTwoVersions() {
        for (int wake = 0; wake < 20; wake++) {
            world.wake();
            world.sleep();
        }

        assertThat(world.cloud.secrets().mostAtOnce()).isLessThanOrEqualTo(2);
    }

    @Test
    @DisplayName("R8 a drain that a process asked for and died before it wrote that down is lifted")
    void liftsADrainThatNobodyWroteDown() {
        world.wake();
        world.guests.drain(
                Guests.address(world.store.read().state().plan(), World.NAMES).orElseThrow(), true);
        world.restart();

        world.until(() -> world.guests.calls().contains("undrain"));
        world.passes(Duration.ofSeconds(10));

        assertThat(world.guests.calls()).containsExactly("drain", "undrain");
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
    }

    @Test
    void tellsGatewaysToHoldUntilTheGuestIsReadyAndToForwardAtOnceThen() {
        world.wake();

        assertThat(world.links.stream().map(link -> link.accepts()).distinct().toList())
                .containsExactly(Accepts.HOLD, Accepts.FORWARD);
        assertThat(world.links.getLast().endpoint()).contains("https://203.0.113.11:8080");
        assertThat(world.links.getLast().pins().orElseThrow().current()).hasSize(64);
    }

    @Test
    @DisplayName("P9 gateways are told of a machine while it boots with the pin of this boot, never of the one before")
    void tellsGatewaysOfAMachineThatBootsWithThePinOfThisBoot() {
        world.wake();
        var before = world.links.getLast().pins().orElseThrow().current();
        world.sleep();
        world.links.clear();

        world.wake();

        var serving = world.links.getLast();
        var reachable =
                world.links.stream().filter(link -> link.endpoint().isPresent()).toList();
        assertThat(reachable.getFirst().accepts()).isEqualTo(Accepts.HOLD);
        assertThat(reachable.getFirst().bootDeadline()).isPresent();
        assertThat(reachable).allSatisfy(link -> {
            assertThat(link.generation()).isEqualTo(serving.generation());
            assertThat(link.endpoint()).isEqualTo(serving.endpoint());
            assertThat(link.pins()).isEqualTo(serving.pins());
        });
        assertThat(serving.pins().orElseThrow().current()).isNotEqualTo(before);
    }

    @Test
    @DisplayName("L3 P5 a machine that nobody asked sleeps one idle time after it was ready, not before")
    void countsIdleTimeFromReadiness() {
        world.requests = new PowerRequests(Optional.of("wake-1"), Optional.empty(), PowerRequests.Order.NONE);
        world.until(() -> world.power() instanceof MachineState.Serving);
        var ready = world.clock.instant();

        world.until(() -> world.effectKinds().contains("DRAIN_GUEST"));

        assertThat(Duration.between(ready, world.clock.instant()))
                .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(62));
    }

    @Test
    @DisplayName("C12 the idle timer does not run while the model loads, however long that takes")
    void loadsAModelForTwentyMinutes() {
        world.guests.pace(Duration.ofSeconds(5), Duration.ofMinutes(20));
        world.request();
        world.until(() -> world.power() instanceof MachineState.Warming);
        world.demand = Demand.NONE;
        for (int percent = 1; percent <= 10; percent++) {
            world.guests.pulls(Optional.of(10 * percent));
            world.passes(Duration.ofMinutes(2));
            assertThat(world.power()).isInstanceOf(MachineState.Warming.class);
        }
        world.guests.pulls(Optional.empty());

        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");
    }

    @Test
    @DisplayName("L2 P3 a stream of twenty minutes with an idle time of sixty seconds is never cut")
    void keepsTheMachineWhileAnAnswerRuns() {
        world.wake();
        world.guests.openStreams(1);

        world.passes(Duration.ofMinutes(20));
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");

        world.guests.openStreams(0);
        var ended = world.clock.instant();
        world.sleep();
        assertThat(Duration.between(ended, world.clock.instant())).isGreaterThan(Duration.ofSeconds(60));
    }

    @Test
    @DisplayName("C14 it is called asleep only once the cloud says that it is down")
    void isNotAsleepWhileTheMachineStops() {
        world.cloud.instances().pace(Duration.ofSeconds(3), Duration.ofMinutes(3));
        world.wake();
        world.until(() -> world.effectKinds().contains("STOP_INSTANCE"));

        while (!world.last.isAtRest()) {
            boolean isDown = world.cloud.instances().all().getFirst().status() == InstanceStatus.STOPPED;
            world.step();
            assertThat(world.power() instanceof MachineState.Stopped)
                    .isEqualTo(isDown && world.power() instanceof MachineState.Stopped);
            if (!isDown) {
                assertThat(world.power()).isInstanceOf(MachineState.Stopping.class);
            }
            world.clock.advance(Duration.ofSeconds(1));
        }

        assertThat(world.cloud.instances().billable()).isEmpty();
    }

    @Test
    @DisplayName("C11 a request that comes while the machine stops starts it once it is down")
    void startsOnlyAfterTheMachineIsDown() {
        world.wake();
        world.until(() -> world.power() instanceof MachineState.Stopping);

        world.wake();

        assertThat(world.served).hasSize(2);
        assertThat(world.cloud.instances().created()).isEqualTo(1);
        assertThat(world.effects).noneMatch(entry -> entry.outcome().equals("NotReady"));
    }

    @Test
    void aRequestDuringTheDrainCallsItOff() {
        world.wake();
        world.guests.openStreams(0);
        world.until(() -> world.power() instanceof MachineState.Draining);

        world.request();
        world.until(() -> world.power() instanceof MachineState.Serving && !world.demand.isPresent());

        assertThat(world.guests.calls()).containsExactly("drain", "undrain");
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");
    }

    @Test
    void lockDownDrainsAndSleepsAndNoRequestWakesIt() {
        world.wake();
        world.guests.openStreams(1);
        world.requests = new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.LOCK_DOWN);
        Instant locked = world.clock.instant();

        world.sleep();
        assertThat(Duration.between(locked, world.clock.instant()))
                .isBetween(Duration.ofSeconds(300), Duration.ofSeconds(330));
        world.request();
        world.passes(Duration.ofMinutes(10));

        assertThat(world.cloud.instances().billable()).isEmpty();
        assertThat(world.links.getLast().accepts()).isEqualTo(Accepts.REFUSE);
        assertThat(world.links.getLast().reason()).contains("SleepingByPolicy");
    }

    @Test
    void sleepByHandWaitsForRunningAnswersAndIsDoneOnce() {
        world.wake();
        world.guests.openStreams(1);
        world.requests = new PowerRequests(Optional.empty(), Optional.of("sleep-1"), PowerRequests.Order.NONE);
        world.passes(Duration.ofSeconds(30));
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");
        world.guests.openStreams(0);

        world.sleep();
        world.wake();
        world.passes(Duration.ofSeconds(30));

        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
    }

    @Test
    void addsNextToNothingToAMachineThatBootsAtOnce() {
        world.cloud.instances().pace(Duration.ZERO, Duration.ZERO);
        world.cloud.firewalls().pace(Duration.ZERO);
        world.cloud.networks().pace(Duration.ZERO);
        world.cloud.artifacts().pace(Duration.ZERO);
        world.cloud.apis().pace(Duration.ZERO);
        world.guests.pace(Duration.ZERO, Duration.ZERO);
        world.until(() -> world.last.isAtRest());
        var asked = world.clock.instant();

        world.wake();

        assertThat(Duration.between(asked, world.servedAt)).isLessThan(Duration.ofMillis(60));
        assertThat(world.cloud.faults().calls())
                .as("cloud calls of a first wake, those of the rest before it included")
                .hasSizeLessThan(55);
    }

    @Test
    void addsASecondAtMostToWhatTheCloudAndTheGuestTake() {
        world.wake();
        world.sleep();
        world.cloud.instances().pace(Duration.ofSeconds(25), Duration.ofSeconds(30));
        world.cloud.firewalls().pace(Duration.ofSeconds(8));
        world.guests.pace(Duration.ofSeconds(20), Duration.ofSeconds(40));
        Instant asked = world.clock.instant();

        world.wake();

        Duration own = Duration.ofSeconds(25 + 20 + 40);
        assertThat(Duration.between(asked, world.servedAt)).isBetween(own, own.plusSeconds(1));
    }

    @Test
    void forwardsInTheVeryStepThatHearsTheGuestIsReady() {
        world.guests.pace(Duration.ofSeconds(1), Duration.ofSeconds(30));
        world.request();
        world.until(() -> world.power() instanceof MachineState.Warming);
        world.guests.pace(Duration.ofSeconds(1), Duration.ZERO);

        var result = world.step();

        assertThat(result.effect()).contains(dev.privatellm.machine.plan.EffectKind.ACTIVATE_LINK);
        assertThat(world.links.getLast().accepts()).isEqualTo(Accepts.FORWARD);
        assertThat(world.served).hasSize(1);
    }

    @Test
    void theRecordSurvivesItsJson() {
        world.wake();
        ResourceState state = world.store.read().state();

        assertThat(ResourceState.fromJson(state.toJson())).isEqualTo(state);
    }

    @Test
    void theSameFactsGiveTheSameResultHoweverOftenTheyAreRead() {
        world.wake();
        world.step();
        long version = world.store.read().version();
        int effects = world.effects.size();

        for (int i = 0; i < 50; i++) {
            world.step();
        }

        assertThat(world.store.read().version()).isEqualTo(version);
        assertThat(world.effects).hasSize(effects);
    }

    @Test
    void comesToAnEndThoughTheClockRunsWhileAStepIsTaken() {
        world.clock.advancesPerReading(Duration.ofMillis(30));

        world.wake();
        world.sleep();

        assertThat(world.served).hasSize(1);
        assertThat(world.cloud.instances().billable()).isEmpty();
    }
}
