// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.CloudFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CallLimitsTest {
    private static final String COMPUTE = "compute";
    private static final Duration MOMENT = Duration.ofMillis(1);

    /** An arbitrary zero, as the machine's own ticker has. */
    private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);

    private final CallLimits limits = new CallLimits(nanos::get, nanos::addAndGet, CallLimits.BURST);

    @Test
    @DisplayName("a burst goes out at once, and what follows at the rate that the project allows")
    void spreadsCalls() {
        long begin = nanos.get();
        call(CallLimits.BURST);
        assertThat(nanos.get()).isEqualTo(begin);

        call(CallLimits.CALLS_PER_SECOND * 10);

        assertThat(Duration.ofNanos(nanos.get() - begin))
                .isBetween(Duration.ofMillis(9_900), Duration.ofMillis(10_100));
    }

    @Test
    @DisplayName("a call that would have to wait longer than anybody waits is refused unsent, and takes nobody's turn")
    void refusesWhatCannotBeSentInTime() {
        CallLimits frozen = new CallLimits(nanos::get, _ -> {}, CallLimits.BURST);
        for (int i = 0; i < CallLimits.BURST + 2 * CallLimits.CALLS_PER_SECOND; i++) {
            frozen.enter(COMPUTE);
        }

        assertThatThrownBy(() -> frozen.enter(COMPUTE))
                .isInstanceOfSatisfying(
                        CloudFailure.Unavailable.class,
                        refused -> assertThat(refused.code()).isEqualTo("TOO_MANY_CALLS"));
        advance(Duration.ofMillis(50));
        frozen.enter(COMPUTE);
    }

    @Test
    @DisplayName(
            "a service that does not answer is left alone, then tried by one call, and each time it fails for twice as long")
    void leavesASilentServiceAlone() {
        fail(CallLimits.FAILURES, Optional.empty());
        assertLeftAlone();
        advance(CallLimits.FIRST_PAUSE);
        assertLeftAlone();
        advance(MOMENT);

        limits.enter(COMPUTE);
        assertLeftAlone();
        limits.failed(COMPUTE, silence(Optional.empty()));

        advance(CallLimits.FIRST_PAUSE.multipliedBy(2));
        assertLeftAlone();
        advance(MOMENT);
        call(10);
    }

    @Test
    @DisplayName("a service that stays silent is tried every half minute")
    void neverWaitsLongerThanSomebodyIsPatient() {
        fail(CallLimits.FAILURES, Optional.empty());
        for (int i = 0; i < 20; i++) {
            advance(CallLimits.LONGEST_PAUSE.plus(MOMENT));
            fail(1, Optional.empty());
        }

        advance(CallLimits.LONGEST_PAUSE.plus(MOMENT));
        call(1);
    }

    @Test
    @DisplayName("a service that asks to be left alone for a time is, for that time")
    void waitsAsAsked() {
        fail(1, Optional.of(Duration.ofSeconds(7)));

        advance(Duration.ofSeconds(7));
        assertLeftAlone();
        advance(MOMENT);
        call(1);
    }

    @Test
    @DisplayName("P6 a service that asks again and again is left alone for the whole of what it asks each time")
    void waitsAsAskedEachTime() {
        for (int times = 0; times < 2 * CallLimits.FAILURES; times++) {
            fail(1, Optional.of(Duration.ofMinutes(1)));

            advance(Duration.ofMinutes(1));
            assertLeftAlone();
            advance(MOMENT);
        }
        call(1);
    }

    @Test
    @DisplayName("a service that asks for an hour is tried after two minutes all the same, and not sooner")
    void boundsWhatIsAsked() {
        fail(1, Optional.of(Duration.ofHours(1)));

        advance(CallLimits.LONGEST_ASKED);
        assertLeftAlone();
        advance(MOMENT);
        call(1);
    }

    @Test
    @DisplayName("answers between failures, even such that refuse, keep a service open; another service never suffers")
    void breaksForSilenceOnly() {
        for (int i = 0; i < 50; i++) {
            fail(CallLimits.FAILURES - 1, Optional.empty());
            call(1);
            advance(Duration.ofSeconds(1));
        }
        fail(CallLimits.FAILURES, Optional.empty());
        assertLeftAlone();

        limits.enter("secrets");
        limits.answered("secrets");
    }

    private void call(int times) {
        for (int i = 0; i < times; i++) {
            limits.enter(COMPUTE);
            limits.answered(COMPUTE);
        }
    }

    private void fail(int times, Optional<Duration> retryAfter) {
        for (int i = 0; i < times; i++) {
            limits.enter(COMPUTE);
            limits.failed(COMPUTE, silence(retryAfter));
        }
    }

    private static CloudFailure.Unavailable silence(Optional<Duration> retryAfter) {
        return new CloudFailure.Unavailable("NO_ANSWER", "no answer", retryAfter, new IllegalStateException());
    }

    private void assertLeftAlone() {
        assertThatThrownBy(() -> limits.enter(COMPUTE))
                .isInstanceOfSatisfying(
                        CloudFailure.Unavailable.class,
                        refused -> assertThat(refused.code()).isEqualTo("SERVICE_LEFT_ALONE"));
    }

    private void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
