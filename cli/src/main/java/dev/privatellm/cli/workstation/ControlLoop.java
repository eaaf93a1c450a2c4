// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.controller.step.StepResult;
import dev.privatellm.machine.plan.StateStore;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps one resource, again and again, on one thread of its own: the only thread that decides and the only one that changes anything in the cloud. Between two
 * steps it waits until the moment that the last one named, or until the bell rings because something has changed: demand, the guest, a wish. Whatever
 * changes while a step runs leads to another step, so nothing is missed. Its other methods may be called from any thread and return at once, unless they say
 * that they wait.
 */
final class ControlLoop implements AutoCloseable {
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(30);

    /** How long a step may take to end when the process does: one call to the cloud. */
    private static final Duration LAST_STEP = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);

    private final Step step;
    private final Bell bell;
    private final InstantSource clock;
    private final Consumer<StepResult> listener;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("control-loop").unstarted(this::run);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stepped = lock.newCondition();

    private volatile boolean isClosed;
    private Wish wish;
    private long seenWish = -1;
    private @Nullable StepResult latest;

    /** One step of the resource. */
    @FunctionalInterface
    interface Step {
        StepResult run(PowerRequests requests);
    }

    /** What was asked for by hand last; {@code number} counts up with every wish. */
    private record Wish(PowerRequests requests, long number) {}

    /**
     * Does nothing until it is started.
     *
     * @param wish what is asked for by hand from the first step on
     * @param bell rung when something has changed that a step might care about
     * @param listener told after every step, on the loop's thread
     */
    ControlLoop(Step step, PowerRequests wish, Bell bell, InstantSource clock, Consumer<StepResult> listener) {
        this.step = step;
        this.wish = new Wish(wish, 0);
        this.bell = bell;
        this.clock = clock;
        this.listener = listener;
    }

    void start() {
        thread.start();
    }

    /**
     * Wakes the machine as a request would; calls a removal off.
     *
     * @param overriddenUntil until when an exceeded budget does not matter; empty = as it was said before
     * @param replacement which replacement of the machine may be made; empty = as it was said before
     */
    void wakeMachine(Optional<Instant> overriddenUntil, Optional<String> replacement) {
        Optional<String> wake = Optional.of(UUID.randomUUID().toString());
        ask(before -> before.instead(wake, Optional.empty(), PowerRequests.Order.NONE)
                .overridingBudget(overriddenUntil)
                .confirming(replacement));
    }

    /** Puts the machine to sleep as soon as nothing is in flight, unless it is being taken down anyway. */
    void sleepMachine() {
        Optional<String> sleep = Optional.of(UUID.randomUUID().toString());
        ask(before -> before.order() == PowerRequests.Order.NONE
                ? before.instead(Optional.empty(), sleep, PowerRequests.Order.NONE)
                : before);
    }

    /** Takes a step now, since something has changed that the loop does not see. */
    void stepNow() {
        bell.ring();
    }

    /** Replaces keys and certificates of both sides; what else was asked for holds. */
    void rotate() {
        String rotation = UUID.randomUUID().toString();
        ask(before -> before.rotating(rotation));
    }

    /** Has another authority take the present one's place; what else was asked for holds. */
    void changeAuthority(boolean compromised) {
        var authority = new PowerRequests.NewAuthority(UUID.randomUUID().toString(), compromised);
        ask(before -> before.changingAuthority(authority));
    }

    /** Puts the machine to sleep, whatever is in flight once its drain is over, and lets nothing wake it any more. */
    void lockDown() {
        order(PowerRequests.Order.LOCK_DOWN);
    }

    /** Puts the machine to sleep, whatever is in flight once its drain is over, and lets nothing wake it until it is woken by hand; what was made stays. */
    void retain() {
        order(PowerRequests.Order.RETENTION);
    }

    /**
     * Removes all that was made, whatever is in flight once its drain is over, and lets nothing wake anything any more.
     *
     * @param withKey whether the versions of the key are destroyed, too
     */
    void remove(boolean withKey) {
        order(withKey ? PowerRequests.Order.REMOVAL_WITH_KEY : PowerRequests.Order.REMOVAL);
    }

    /** How the last step ended; empty before the first one. */
    Optional<StepResult> latest() {
        lock.lock();
        try {
            return Optional.ofNullable(latest);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a step that knew the last wish ends like this; returns whether one has within the time. */
    boolean await(Predicate<StepResult> isReached, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (latest == null || seenWish < wish.number() || !isReached.test(latest)) {
                if (left <= 0 || isClosed) {
                    return false;
                }
                left = stepped.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends after the step that is running, which is not interrupted; waits for it, but not for ever. */
    @Override
    public void close() {
        isClosed = true;
        bell.ring();
        lock.lock();
        try {
            stepped.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (thread.isAlive() && !thread.join(LAST_STEP)) {
                LOG.warn("the last step has not ended after {}; it can write no more", LAST_STEP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void order(PowerRequests.Order order) {
        ask(before -> before.instead(Optional.empty(), Optional.empty(), order));
    }

    private void ask(UnaryOperator<PowerRequests> change) {
        lock.lock();
        try {
            if (wish.requests().order() == PowerRequests.Order.LOCK_DOWN) {
                return;
            }
            wish = new Wish(change.apply(wish.requests()), wish.number() + 1);
        } finally {
            lock.unlock();
        }
        bell.ring();
    }

    private void run() {
        Duration backoff = FIRST_BACKOFF;
        try {
            while (!isClosed) {
                Duration pause;
                try {
                    StepResult result = runStep();
                    pause = Duration.between(clock.instant(), result.nextRun());
                    backoff = FIRST_BACKOFF;
                } catch (StateStore.StaleState e) {
                    pause = Duration.ZERO;
                } catch (RuntimeException | Error e) {
                    // Whatever it was, a loop that ended here would leave a machine that nobody stops.
                    LOG.error("a step failed, the next one follows in {}", backoff, e);
                    pause = backoff;
                    backoff = backoff.multipliedBy(2).compareTo(LAST_BACKOFF) < 0
                            ? backoff.multipliedBy(2)
                            : LAST_BACKOFF;
                }
                bell.await(pause);
            }
        } catch (InterruptedException e) {
            LOG.warn("control loop interrupted");
        }
    }

    private StepResult runStep() {
        Wish now;
        lock.lock();
        try {
            now = wish;
        } finally {
            lock.unlock();
        }
        StepResult result = step.run(now.requests());
        listener.accept(result);
        lock.lock();
        try {
            latest = result;
            seenWish = now.number();
            stepped.signalAll();
        } finally {
            lock.unlock();
        }
        return result;
    }
}
