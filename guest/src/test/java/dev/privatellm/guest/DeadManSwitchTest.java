// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.guest.DeadManSwitch.Kept;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DeadManSwitchTest {
    private static final Duration DEAD_MAN = Duration.ofMinutes(15);
    private static final Duration GRACE = Duration.ofMinutes(30);
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime();
    private final Boot boot = Boot.now(time);
    private DeadManSwitch deadMan = started(Optional.empty());

    private DeadManSwitch started(Optional<Kept> kept) {
        DeadManSwitch started = new DeadManSwitch(time, boot, kept);
        started.configure(DEAD_MAN, GRACE);
        return started;
    }

    /** The program is killed, and started again at once. */
    private void crash() {
        deadMan = started(deadMan.kept(0));
    }

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
        deadMan.modelWas(true);
        time.pass(DEAD_MAN);
        assertThat(deadMan.isDue(0)).isTrue();
    }

    @Test
    @DisplayName("P2 a later boot whose engine never answers has no longer grace either")
    void aLaterBootWithoutAnEngineHasNoGrace() {
        deadMan = new DeadManSwitch(time, new Boot(0, 0, true), Optional.empty());
        deadMan.configure(DEAD_MAN, GRACE);
        deadMan.modelWas(false);
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
    @DisplayName(
            "P2 a guest that crashes every twenty seconds switches its machine off no later than one that does not")
    void aCrashDoesNotBeginAnew() {
        time.pass(Duration.ofMinutes(10));
        deadMan.beat();
        for (Duration passed = Duration.ZERO; passed.compareTo(DEAD_MAN) < 0; passed = passed.plusSeconds(20)) {
            assertThat(deadMan.isDue(0)).isFalse();
            time.pass(Duration.ofSeconds(20));
            crash();
        }
        assertThat(deadMan.isDue(0)).isTrue();
    }

    @Test
    @DisplayName("P2 the grace of a first boot runs from the boot, whatever installation and crashes took of it")
    void aLateGuestHasWhatIsLeftOfTheGrace() {
        time.pass(Duration.ofMinutes(15));
        crash();
        time.pass(Duration.ofMinutes(15).minus(MOMENT));
        crash();
        assertThat(deadMan.isDue(0)).isFalse();
        time.pass(MOMENT);
        assertThat(deadMan.isDue(0)).isTrue();
    }

    @Test
    @DisplayName("P2 a first boot remains one when its guest is started again and finds the model that it has fetched")
    void aFirstBootRemainsOne() {
        deadMan.modelWas(false);
        crash();
        deadMan.modelWas(true);
        time.pass(DEAD_MAN);
        assertThat(deadMan.isDue(0)).isFalse();
    }

    @Test
    @DisplayName(
            "P2 a guest that is started again and has not read its configuration yet neither ends a machine nor writes down another end")
    void anUnconfiguredGuestDecidesNothingAtOnce() {
        deadMan.configure(Duration.ofHours(2), Duration.ofHours(2));
        deadMan.beat();
        time.pass(Duration.ofHours(1));
        deadMan = new DeadManSwitch(time, boot, deadMan.kept(0));
        assertThat(deadMan.isDue(0)).isFalse();
        assertThat(deadMan.kept(0)).isEmpty();
        time.pass(DeadManSwitch.UNCONFIGURED);
        assertThat(deadMan.isDue(0)).isTrue();
    }

    @Test
    @DisplayName("P3 what is kept while a stream is open leaves the guest two minutes to say so again")
    void anOpenStreamIsKept() {
        deadMan.beat();
        assertThat(due(1)).isEqualTo(boot.uptime(time.nanos()).plus(DEAD_MAN));
        time.pass(DEAD_MAN);
        assertThat(due(1)).isEqualTo(boot.uptime(time.nanos()).plus(DeadManSwitch.STREAM_HOLD));
        assertThat(due(0)).isEqualTo(boot.uptime(time.nanos()));
    }

    private Duration due(int openStreams) {
        return deadMan.kept(openStreams).orElseThrow().due().orElseThrow();
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
        assertThat(deadMan.kept(1).orElseThrow().due()).isEmpty();
    }
}
