// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.CloudFailure;
import io.github.bucket4j.BlockingStrategy;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often one project is called, whoever calls: no more than {@link #CALLS_PER_SECOND} in the long run, and not at all for a while where a service does
 * not answer or asks to be left alone. Each service has its own circuit breaker; an answer that refuses is an answer. Safe from any thread.
 */
final class CallLimits {
    /** Compute Engine allows 1,500 reads a minute in a project, and as many lists: <a href="https://cloud.google.com/compute/api-quota">rate quotas</a>. */
    static final int CALLS_PER_SECOND = 20;

    /** At once, after a quiet time. Google counts by the minute: with this, no minute has more than 1,500. */
    static final int BURST = 300;

    /** Somebody waits for the answer of each call; one that could not be sent by then is tried again by whoever decided on it. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    /** So many calls without an answer, one after the other, and the service is left alone. */
    static final int FAILURES = 5;

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    /** Somebody may be waiting for a machine, so a service that is back is found within this. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /**
     * A service that says how long to stay away is obeyed up to this. Google's rate quotas refill with every minute
     * (<a href="https://cloud.google.com/compute/api-quota">rate quotas</a>), so twice that is more than a quota can need; whoever asks for longer than that is
     * asked again, because somebody may be waiting for a machine, or for one to be stopped.
     */
    static final Duration LONGEST_ASKED = Duration.ofMinutes(2);

    private final Bucket bucket;
    private final BlockingStrategy waiting;
    private final CircuitBreakerConfig breaking;
    private final Map<String, CircuitBreaker> breakers = new ConcurrentHashMap<>();

    /** As Google limits its callers. */
    static CallLimits ofGoogle() {
        return new CallLimits(System::nanoTime, BlockingStrategy.PARKING, BURST);
    }

    /** For an emulator, which has no quota, and whose machines boot so fast that ours would be what takes the time. */
    static CallLimits ofRehearsal() {
        return new CallLimits(System::nanoTime, BlockingStrategy.PARKING, Integer.MAX_VALUE);
    }

    /**
     * Nothing was called yet.
     *
     * @param nanos tells how much time has passed; its zero means nothing
     * @param burst calls that may go out at once
     */
    CallLimits(LongSupplier nanos, BlockingStrategy waiting, int burst) {
        this.waiting = waiting;
        Ticker ticker = new Ticker(nanos);
        bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(CALLS_PER_SECOND, Duration.ofSeconds(1)))
                .withCustomTimePrecision(ticker)
                .build();
        breaking = CircuitBreakerConfig.custom()
                .slidingWindow(FAILURES, FAILURES, CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(100)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitIntervalFunctionInOpenState(IntervalFunction.ofExponentialBackoff(FIRST_PAUSE, 2, LONGEST_PAUSE))
                .maxWaitDurationInHalfOpenState(LONGEST_PAUSE)
                .clock(ticker)
                .currentTimestampFunction(Clock::millis, TimeUnit.MILLISECONDS)
                .build();
    }

    /**
     * Waits until the service may be called, and no longer than {@link #LONGEST_WAIT}. Each return is followed by one {@link #answered} or {@link #failed}.
     *
     * @throws CloudFailure.Unavailable if it may not: nothing was sent
     */
    void enter(String service) {
        CircuitBreaker breaker = breaker(service);
        if (!breaker.tryAcquirePermission()) {
            throw unavailable(
                    "SERVICE_LEFT_ALONE",
                    "%s has not answered, or asked not to be called, and is left alone for a while".formatted(service));
        }
        try {
            if (bucket.asBlocking().tryConsume(1, LONGEST_WAIT, waiting)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        breaker.releasePermission();
        throw unavailable("TOO_MANY_CALLS", "more than %d calls a second to this project".formatted(CALLS_PER_SECOND));
    }

    /** The service said something, be it that it refuses. */
    void answered(String service) {
        breaker(service).onSuccess(0, TimeUnit.NANOSECONDS);
    }

    /** A call had no answer, or one that puts us off. A service that says for how long is left alone for so long, up to {@link #LONGEST_ASKED}. */
    void failed(String service, CloudFailure.Unavailable failure) {
        CircuitBreaker breaker = breaker(service);
        // First what was asked: a breaker that this failure opens by itself would stay away for as long as it thinks
        // best.
        failure.retryAfter().filter(asked -> asked.isPositive()).ifPresent(asked -> {
            if (breaker.getState() != CircuitBreaker.State.OPEN) {
                breaker.transitionToOpenStateFor(asked.compareTo(LONGEST_ASKED) < 0 ? asked : LONGEST_ASKED);
            }
        });
        breaker.onError(0, TimeUnit.NANOSECONDS, failure);
    }

    private CircuitBreaker breaker(String service) {
        return breakers.computeIfAbsent(service, name -> CircuitBreaker.of(name, breaking));
    }

    private static CloudFailure.Unavailable unavailable(String code, String message) {
        return new CloudFailure.Unavailable(code, message, Optional.empty(), new IllegalStateException(code));
    }

    /** Time that never goes back, in the form that each of the two libraries takes. */
    private static final class Ticker extends Clock implements TimeMeter {
        private final LongSupplier nanos;
        private final long first;

        Ticker(LongSupplier nanos) {
            this.nanos = nanos;
            this.first = nanos.getAsLong();
        }

        @Override
        public long currentTimeNanos() {
            return nanos.getAsLong() - first;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(currentTimeNanos());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("has no date");
        }
    }
}
