// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks every 15 s at a peer that may take nothing for 600 s and may leave bytes on their way unanswered for 60 s. */
class ReceptionTest {
    private static final Duration LONG_AGO = Duration.ofHours(1);
    private static final int PERIOD = 15;

    private final Reception reception = new Reception(Duration.ofMinutes(10), Duration.ofMinutes(1));
    private long start = 0;
    private int seconds;

    @BeforeEach
    void begin() {
        reception.begin(start);
    }

    private boolean lostAfter(int afterSeconds, Reception.Look look) {
        boolean lost = false;
        for (int to = seconds + afterSeconds; seconds < to && !lost; ) {
            seconds += PERIOD;
            lost = reception.isLost(look, start + Duration.ofSeconds(seconds).toNanos());
        }
        return lost;
    }

    private static Reception.Look waiting(long position, Reception.Tcp kernel) {
        return new Reception.Look(true, position, Optional.of(kernel));
    }

    /** The peer answers every probe, and its window is closed. */
    private static Reception.Tcp closedWindow() {
        return new Reception.Tcp(false, Duration.ofSeconds(1), LONG_AGO);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 100_000_000_000L})
    void aPeerThatTakesNothingIsGivenTenMinutes(long clock) {
        start = clock;
        reception.begin(start);
        assertThat(lostAfter(600, waiting(1, closedWindow()))).isFalse();
        assertThat(lostAfter(30, waiting(1, closedWindow()))).isTrue();
    }

    @Test
    void whatTheSocketTakesIsProgress() {
        for (int position = 1; position <= 10; position++) {
            assertThat(lostAfter(585, waiting(position, closedWindow()))).isFalse();
        }
    }

    @Test
    void whatLeavesTheSocketIsProgressToo() {
        for (int i = 0; i < 10; i++) {
            assertThat(lostAfter(570, waiting(1, closedWindow()))).isFalse();
            Reception.Tcp moved = new Reception.Tcp(false, Duration.ZERO, Duration.ofSeconds(10));
            assertThat(lostAfter(PERIOD, waiting(1, moved))).isFalse();
        }
    }

    @Test
    void withoutTheKernelsWordTheSocketDecides() {
        assertThat(lostAfter(600, new Reception.Look(true, 1, Optional.empty())))
                .isFalse();
        assertThat(lostAfter(30, new Reception.Look(true, 1, Optional.empty()))).isTrue();
    }

    @Test
    void aPeerThatAcknowledgesNothingHasVanishedThoughBytesAreSentAgainAndAgain() {
        Reception.Look silent =
                new Reception.Look(false, 0, Optional.of(new Reception.Tcp(true, LONG_AGO, Duration.ofSeconds(2))));
        assertThat(lostAfter(45, silent)).isFalse();
        assertThat(lostAfter(PERIOD, silent)).isTrue();
    }

    @Test
    void silenceBeforeAnythingWasSentDoesNotCount() {
        Reception.Look justSent =
                new Reception.Look(false, 0, Optional.of(new Reception.Tcp(true, LONG_AGO, Duration.ZERO)));
        Reception.Look all = new Reception.Look(false, 0, Optional.of(new Reception.Tcp(false, LONG_AGO, LONG_AGO)));
        assertThat(lostAfter(45, justSent)).isFalse();
        assertThat(lostAfter(3600, all)).isFalse();
        assertThat(lostAfter(45, justSent)).isFalse();
    }

    @Test
    void aPeerThatAcknowledgesNowAndThenIsThere() {
        Reception.Look slow = new Reception.Look(
                false, 0, Optional.of(new Reception.Tcp(true, Duration.ofSeconds(50), Duration.ZERO)));
        assertThat(lostAfter(3600, slow)).isFalse();
    }
}
