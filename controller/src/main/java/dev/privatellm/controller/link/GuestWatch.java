// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.link.GuestLink;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one guest's health current: a long poll that never ends, so that a change is known when the guest says it, and the heartbeat that keeps its dead
 * man's switch from firing. While nobody answers it tries again quickly for as long as a boot may take, then slowly. Safe from any thread; the listener is
 * called from the watching thread and returns at once.
 *
 * <p>The heartbeat says that the controller lives, not that this thread does: once no step has come to its end for {@link #CONTROLLER_SILENCE}, because steps
 * hang, fail or cannot write their record, it stops, and the machine switches itself off as if the whole process were gone.
 */
public final class GuestWatch implements AutoCloseable {
    /** A guest that comes up is found within this, plus one handshake. */
    public static final Duration QUICK_RETRY = Duration.ofMillis(25);

    /** How long it keeps trying quickly since it began or last had an answer: the longest ordinary boot. */
    public static final Duration QUICK_PERIOD = Duration.ofMinutes(10);

    private static final Duration SLOW_RETRY = Duration.ofSeconds(1);

    /** Somebody else answers, or ours refuses: nothing that haste would cure. */
    private static final Duration REFUSED_RETRY = Duration.ofSeconds(2);

    private static final Duration LONG_POLL = Duration.ofSeconds(25);

    /** With a poll of 25 s between two beats, none is ever more than 60 s after the last. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);

    /** Longest time between two steps in which the controller counts as alive: many times the pause between two steps of a machine that has power. */
    public static final Duration CONTROLLER_SILENCE = Duration.ofMinutes(3);

    private static final Logger LOG = LoggerFactory.getLogger(GuestWatch.class);

    private final GuestLink link;
    private final String holder;
    private final long epoch;
    private final InstantSource clock;
    private final Runnable listener;
    private final AtomicReference<@Nullable Following> following = new AtomicReference<>();
    private volatile Instant lastStep;

    /**
     * What is known of a guest now.
     *
     * @param guest the address that was asked
     * @param health what it said last; empty if it has not answered at this address yet
     * @param failure why the latest attempt had no answer; empty if it had one
     * @param since when this became known
     */
    public record Sighting(
            GuestAddress guest, Optional<GuestHealth> health, Optional<GuestFailure> failure, Instant since) {}

    /**
     * Watches nobody yet.
     *
     * @param holder who beats, for the guest's record
     * @param epoch leader term in which it beats
     * @param listener told after every new sighting
     */
    public GuestWatch(GuestLink link, String holder, long epoch, InstantSource clock, Runnable listener) {
        this.link = link;
        this.holder = holder;
        this.epoch = epoch;
        this.clock = clock;
        this.listener = listener;
        this.lastStep = clock.instant();
    }

    /** A step of the controller has come to its end: it lives, and may say so to the guest. */
    public void stepped() {
        lastStep = clock.instant();
    }

    private boolean isControllerAlive(Instant now) {
        return now.isBefore(lastStep.plus(CONTROLLER_SILENCE));
    }

    /** Watches this guest from now on, and no other; the same again changes nothing. */
    public void follow(GuestAddress guest) {
        Following current = following.get();
        if (current != null && current.guest.equals(guest)) {
            return;
        }
        forget();
        Following next = new Following(guest);
        following.set(next);
        next.thread.start();
    }

    /** Watches nobody. */
    public void forget() {
        Following last = following.getAndSet(null);
        if (last != null) {
            last.thread.interrupt();
        }
    }

    /** What is known of the guest that is being followed; empty before the first answer or failure. */
    public Optional<Sighting> sighting() {
        Following current = following.get();
        return current == null ? Optional.empty() : Optional.ofNullable(current.sighting);
    }

    @Override
    public void close() {
        forget();
    }

    private final class Following {
        private final GuestAddress guest;
        private final Thread thread =
                Thread.ofPlatform().daemon().name("guest-watch").unstarted(this::run);
        private volatile @Nullable Sighting sighting;
        private Optional<GuestHealth> health = Optional.empty();
        private Instant lastBeat = Instant.MIN;
        private boolean isSilenced;
        private long lastAnswerNanos = System.nanoTime();

        Following(GuestAddress guest) {
            this.guest = guest;
        }

        private void run() {
            try {
                while (following.get() == this) {
                    look();
                }
            } catch (InterruptedException e) {
                LOG.debug("watching {} ended", guest.host());
            }
        }

        private void look() throws InterruptedException {
            try {
                long after = health.map(GuestHealth::seq).orElse(-1L);
                GuestHealth seen = link.health(guest, after, health.isEmpty() ? Duration.ZERO : LONG_POLL);
                lastAnswerNanos = System.nanoTime();
                boolean isNews = health.isEmpty() || !health.get().equals(seen) || hasFailed();
                health = Optional.of(seen);
                if (isNews) {
                    tell(Optional.empty());
                }
                beat();
            } catch (GuestFailure failure) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException();
                }
                failed(failure);
            } catch (RuntimeException mistake) {
                failed(new GuestFailure.Refused(0, "the look itself failed: " + mistake.getMessage(), mistake));
            }
        }

        private void failed(GuestFailure failure) throws InterruptedException {
            if (!isKnown(failure)) {
                tell(Optional.of(failure));
            }
            Thread.sleep(pause(failure));
        }

        private void beat() {
            Instant now = clock.instant();
            if (!isControllerAlive(now)) {
                if (!isSilenced) {
                    LOG.error(
                            "no step has ended since {}: the machine is no longer told that its controller lives",
                            lastStep);
                }
                isSilenced = true;
                return;
            }
            isSilenced = false;
            if (lastBeat.equals(Instant.MIN) || !now.isBefore(lastBeat.plus(HEARTBEAT))) {
                link.heartbeat(guest, holder, epoch);
                lastBeat = now;
            }
        }

        /** A guest that restarts counts from the beginning, so the next look after a failure asks for the present state. */
        private Duration pause(GuestFailure failure) {
            return switch (failure) {
                case GuestFailure.Unreachable _ ->
                    System.nanoTime() - lastAnswerNanos < QUICK_PERIOD.toNanos() ? QUICK_RETRY : SLOW_RETRY;
                case GuestFailure.Untrusted _, GuestFailure.Refused _ -> REFUSED_RETRY;
            };
        }

        private boolean hasFailed() {
            Sighting last = sighting;
            return last != null && last.failure().isPresent();
        }

        private boolean isKnown(GuestFailure failure) {
            Sighting last = sighting;
            return last != null
                    && last.failure().isPresent()
                    && last.failure().get().getClass() == failure.getClass();
        }

        private void tell(Optional<GuestFailure> failure) {
            Sighting news = new Sighting(guest, health, failure, clock.instant());
            if (failure.isPresent()) {
                health = Optional.empty();
            }
            sighting = news;
            if (following.get() == this) {
                listener.run();
            }
        }
    }
}
