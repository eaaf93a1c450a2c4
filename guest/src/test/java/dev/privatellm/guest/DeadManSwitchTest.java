// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DeadManSwitchTest {
    private static final Duration DEAD_MAN = Duration.ofMinutes(15);
    private static final Duration GRACE = Duration.ofMinutes(30);
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime();
    private final DeadManSwitch deadMan = new DeadManSwitch(time, DEAD_MAN, GRACE);

    @Test
    @DisplayName("S3 P2 a machine that no controller speaks to any more turns itself off")
    void switchesOffAfterTheLastHeartbeat() {
        time.pass(Duration.ofMinutes(10));
        deadMan.beat();
        time.pass(DEAD_MAN.minus(MOMENT));
        assertThat(deadMan.isDue(0)).isFalse();
        time.pass(MOMENT);
        assertThat(deadMan.isDue(0)).isTrue();
    }

    @Test
    @DisplayName("P2 a first boot has its longer grace without asking any cloud")
    void aFirstBootHasItsGrace() {
        time.pass(Duration.ofMinutes(29));
        assertThat(deadMan.isDue(0)).isFalse();
        time.pass(Duration.ofMinutes(1));
        assertThat(deadMan.isDue(0)).isTrue();
    }

    @Test
    @DisplayName("P2 a later boot, whose model is here already, has no longer grace")
    void aLaterBootHasNoGrace() {
        deadMan.modelWasPresent();
        time.pass(DEAD_MAN);
        assertThat(deadMan.isDue(0)).isTrue();
    }

    @Test
    @DisplayName("P2 a controller that falls silent during the first boot is not waited for longer than usual")
    void aHeartbeatEndsTheGrace() {
        deadMan.beat();
        time.pass(DEAD_MAN);
        assertThat(deadMan.isDue(0)).isTrue();
    }

    @Test
    @DisplayName("P3 an answer of two hours is not cut by a silent controller; the machine ends when it has ended")
    void neverWhileAStreamIsOpen() {
        deadMan.beat();
        time.pass(Duration.ofHours(2));
        assertThat(deadMan.isDue(1)).isFalse();
        assertThat(deadMan.isDue(0)).isTrue();
    }

    @Test
    void tellsWhenItIsDue() {
        deadMan.beat();
        time.pass(Duration.ofMinutes(5));
        assertThat(deadMan.dueAt()).contains(time.now().plus(Duration.ofMinutes(10)));
    }

    @Test
    void zeroNeverSwitchesOff() {
        deadMan.configure(Duration.ZERO, GRACE);
        time.pass(Duration.ofDays(30));
        assertThat(deadMan.isDue(0)).isFalse();
        assertThat(deadMan.dueAt()).isEmpty();
    }
}
