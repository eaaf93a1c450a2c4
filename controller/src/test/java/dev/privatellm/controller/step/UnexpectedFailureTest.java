// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.power.MachineState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port throws what no port may throw: our own mistake, which must not cost the machine. */
final class UnexpectedFailureTest {
    private final World world = new World();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ensure",
                "addVersion",
                "insert",
                "insertRule",
                "setMetadata",
                "start",
                "drain",
                "stop",
                "deleteRule",
                "destroy"
            })
    @DisplayName(
            "C7 an effect that fails in a way nobody thought of is tried again, with growing pauses, and the rest goes on")
    void goesOnAfterAMistake(String call) {
        for (int i = 0; i < 3; i++) {
            world.cloud.faults().failNext(call, mistake());
        }

        world.wake();
        world.sleep();
        world.wake();
        world.sleep();

        assertThat(world.served).hasSize(2);
        assertThat(world.cloud.instances().created()).isEqualTo(1);
        assertThat(world.cloud.instances().billable()).isEmpty();
        assertThat(world.cloud.firewalls().all()).isEmpty();
        assertThat(world.effects)
                .filteredOn(entry -> entry.outcome().equals("IllegalStateException"))
                .hasSize(3);
    }

    private static RuntimeException mistake() {
        return new IllegalStateException("nobody thought of this");
    }

    @Test
    void aMistakeThatLastsMakesNoStorm() {
        world.cloud.faults().failEvery("insert", mistake());
        world.request();

        world.passes(Duration.ofMinutes(10));

        assertThat(world.cloud.faults().count("insert")).isBetween(5L, 20L);
        assertThat(world.condition("Ready")).contains("UNKNOWN/Unavailable");
    }

    @Test
    @DisplayName("a controller that cannot write its record, and so cannot stop the machine, does not count as alive")
    void doesNotFeedTheDeadMansSwitchWhileNothingCanBeWritten() {
        world.wake();
        world.store.beforeWrite(() -> {
            throw new UncheckedIOException(new IOException("No space left on device"));
        });
        world.clock.advance(Duration.ofMinutes(10));
        Instant alive = world.steppedAt;

        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(world::step).isInstanceOf(UncheckedIOException.class);
        }

        assertThat(world.steppedAt).isEqualTo(alive);
        world.store.beforeWrite(() -> {});
        world.sleep();
        assertThat(world.steppedAt).isAfter(alive);
    }

    @ParameterizedTest
    @ValueSource(strings = {"find", "findByOwner", "operation", "findRule", "listRules", "versions"})
    @DisplayName("C7 a look that fails in a way nobody thought of tells nothing and is repeated, and the rest goes on")
    void goesOnAfterALookThatWasAMistake(String look) {
        world.wake();
        world.cloud.faults().failEvery(look, mistake());
        world.passes(Duration.ofMinutes(3));
        assertThat(world.cloud.instances().created()).isEqualTo(1);

        world.cloud.faults().recover(look);
        world.sleep();

        assertThat(world.cloud.instances().billable()).isEmpty();
        assertThat(world.cloud.firewalls().all()).isEmpty();
    }

    @Test
    @DisplayName("P16 certificates that could not be examined are not used for a wake")
    void usesNoCertificatesThatCouldNotBeExamined() {
        world.cloud.faults().failEvery("findByOwner", Faults.lost());
        world.request();
        world.until(() -> world.effectKinds().contains("UPLOAD_BUNDLE"));
        world.epochs.failFinds(true);
        world.passes(Duration.ofMinutes(2));
        world.cloud.faults().recover("findByOwner");
        world.passes(Duration.ofMinutes(2));

        assertThat(world.cloud.instances().created()).isZero();
        assertThat(world.condition("Ready")).contains("UNKNOWN/Unavailable");

        world.epochs.failFinds(false);
        world.until(() -> world.power() instanceof MachineState.Serving);
    }

    @Test
    @DisplayName("P8 certificates that are lost before they were uploaded are issued anew")
    void issuesAnewWhatWasLostBeforeItsUpload() {
        world.cloud.faults().failNext("addVersion", Faults.lost());
        world.request();
        world.until(() -> world.effectKinds().contains("UPLOAD_BUNDLE"));
        world.epochs.forgetBefore(2);

        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.store.read().state().plan().trust().lastGeneration()).isEqualTo(2);
        assertThat(world.cloud.secrets().mostAtOnce()).isLessThanOrEqualTo(2);
    }
}
