// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.controller.status.Phase;
import dev.privatellm.controller.status.ResourceStatus;
import dev.privatellm.controller.step.StepResult;
import dev.privatellm.machine.plan.StateStore;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ControlLoopTest {
    private static final Duration LONG = Duration.ofHours(1);
    private final List<PowerRequests> steps = new CopyOnWriteArrayList<>();
    private final Bell bell = new Bell();
    private ControlLoop loop;

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void stepsAtOnceAndThenWaitsForTheNamedMoment() {
        start(_ -> result(Phase.STOPPED, LONG));
        awaitSteps(1);
        Awaitility.await()
                .during(Duration.ofMillis(200))
                .atMost(Duration.ofSeconds(5))
                .until(() -> steps.size() == 1);
    }

    @Test
    void changeLeadsToAnotherStep() {
        start(_ -> result(Phase.STOPPED, LONG));
        awaitSteps(1);
        bell.ring();
        awaitSteps(2);
    }

    @Test
    void changeWhileAStepRunsIsNotMissed() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        start(_ -> {
            inside.countDown();
            await(goOn);
            return result(Phase.STOPPED, LONG);
        });
        assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
        bell.ring();
        goOn.countDown();
        awaitSteps(2);
    }

    @Test
    void stepsAgainWhenTheNamedMomentHasCome() {
        start(_ -> result(Phase.STARTING, Duration.ofMillis(20)));
        awaitSteps(5);
    }

    @Test
    @DisplayName("C7 not even an error that no step may throw ends the loop")
    void goesOnAfterAnError() {
        start(_ -> {
            if (steps.size() == 1) {
                throw new NoClassDefFoundError("dev/privatellm/Missing");
            }
            return result(Phase.STOPPED, LONG);
        });
        awaitSteps(2);
    }

    @Test
    void wishesReachTheNextStepAndKeepTheirName() {
        start(_ -> result(Phase.STOPPED, LONG));
        awaitSteps(1);
        loop.wakeMachine(Optional.empty(), Optional.empty());
        awaitSteps(2);
        assertThat(steps.get(1).wake()).isPresent();
        bell.ring();
        awaitSteps(3);
        assertThat(steps.get(2)).as("the same wish, not another one").isEqualTo(steps.get(1));
        loop.sleepMachine();
        awaitSteps(4);
        assertThat(steps.get(3).sleep()).isPresent();
        assertThat(steps.get(3).wake()).isEmpty();
    }

    @Test
    @DisplayName("C14 a sleep that comes with a removal does not call it off, whichever of the two is first")
    void aSleepAtTheSameMomentDoesNotCallARemovalOff() throws Exception {
        start(_ -> result(Phase.STOPPED, LONG));
        for (int round = 0; round < 500; round++) {
            loop.wakeMachine(Optional.empty(), Optional.empty());
            var together = new CyclicBarrier(2);
            var sleeper = Thread.ofPlatform().start(() -> {
                meet(together);
                loop.sleepMachine();
            });
            meet(together);
            loop.remove(false);
            sleeper.join();

            assertThat(loop.await(_ -> true, Duration.ofSeconds(10))).isTrue();
            assertThat(steps.getLast().order()).isEqualTo(PowerRequests.Order.REMOVAL);
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nothingTakesALockDownBack() {
        start(_ -> result(Phase.STOPPED, LONG));
        loop.lockDown();
        loop.wakeMachine(Optional.empty(), Optional.empty());
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> !steps.isEmpty() && steps.getLast().forbidsPower());
        bell.ring();
        assertThat(steps.getLast().forbidsPower()).isTrue();
    }

    @Test
    void staleStateAndDefectsDoNotEndTheLoop() {
        AtomicInteger count = new AtomicInteger();
        start(_ -> switch (count.incrementAndGet()) {
            case 1 -> throw new StateStore.StaleState(1, 2);
            case 2 -> throw new IllegalStateException("a defect");
            default -> result(Phase.STOPPED, LONG);
        });
        awaitSteps(3);
    }

    @Test
    @DisplayName("R1 whoever waits for sleep waits no longer than asked, even while a step hangs")
    void waitingIsBounded() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        start(_ -> {
            await(never);
            return result(Phase.RUNNING, LONG);
        });
        loop.lockDown();
        long begin = System.nanoTime();
        assertThat(loop.await(result -> true, Duration.ofMillis(100))).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        never.countDown();
    }

    @Test
    void waitsForAResultThatKnowsTheWish() throws Exception {
        CountDownLatch oldStepMayEnd = new CountDownLatch(1);
        AtomicInteger count = new AtomicInteger();
        start(requests -> {
            if (count.incrementAndGet() == 1) {
                await(oldStepMayEnd);
            }
            return result(requests.forbidsPower() ? Phase.STOPPED : Phase.RUNNING, LONG);
        });
        loop.lockDown();
        oldStepMayEnd.countDown();
        assertThat(loop.await(result -> true, Duration.ofSeconds(10))).isTrue();
        assertThat(loop.latest().orElseThrow().status().phase()).isEqualTo(Phase.STOPPED);
    }

    private void start(ControlLoop.Step step) {
        loop = new ControlLoop(
                requests -> {
                    steps.add(requests);
                    return step.run(requests);
                },
                PowerRequests.NONE,
                bell,
                InstantSource.system(),
                _ -> {});
        loop.start();
    }

    private void awaitSteps(int count) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> steps.size() >= count);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("a removal goes on when somebody asks for sleep, and is called off by a wake")
    void aRemovalIsCalledOffByAWakeOnly() {
        start(_ -> result(Phase.STOPPED, LONG));
        loop.remove(false);
        loop.sleepMachine();
        bell.ring();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> !steps.isEmpty() && steps.getLast().order() == PowerRequests.Order.REMOVAL);

        loop.wakeMachine(Optional.empty(), Optional.empty());

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> steps.getLast().order() == PowerRequests.Order.NONE
                        && steps.getLast().wake().isPresent());
    }

    private static StepResult result(Phase phase, Duration next) {
        ResourceStatus status = new ResourceStatus(
                1,
                phase,
                "",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                new ResourceStatus.ActivityStatus(0, 0, Optional.empty(), Optional.empty()),
                Optional.empty(),
                List.of(),
                List.of(),
                new ResourceStatus.CostStatus(
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        "2026-08-01",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                false,
                false,
                Optional.empty(),
                false);
        return new StepResult(Instant.now().plus(next), Optional.empty(), status, phase == Phase.STOPPED);
    }
}
