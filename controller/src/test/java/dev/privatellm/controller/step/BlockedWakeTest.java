// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A wake that something stands in the way of, and what becomes of it. */
final class BlockedWakeTest {
    private final World world = new World();

    @Test
    @DisplayName("P6 zones that are closed to the project are told as such, not as a want of machines")
    void tellsZonesThatAreClosed() {
        world.cloud
                .faults()
                .failEvery(
                        "insert",
                        new CloudFailure.ZoneUnavailable(
                                "forbidden",
                                "Location us-central1-a is not found or access is unauthorized.",
                                new IllegalStateException("closed")));
        world.request();

        world.until(() -> world.power() instanceof MachineState.Failed);

        assertThat(world.condition("Stalled")).contains("TRUE/ZoneUnavailable");
        assertThat(world.last.status().message())
                .contains("us-central1-a")
                .endsWith(Reason.ZONE_UNAVAILABLE.next())
                .contains("spec.placement.zones", "docs/errors/ZoneUnavailable.md");
    }

    @Test
    @DisplayName(
            "R9 a wake that was blocked beyond its own deadline begins anew instead of making a machine to stop it at once")
    void beginsAnewAfterItsDeadline() {
        world.cloud.faults().failEvery("insert", Faults.denied());
        world.request();
        world.passes(Duration.ofMinutes(35));
        world.cloud.faults().recover("insert");

        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");
        assertThat(world.served).hasSize(1);
    }

    @Test
    @DisplayName(
            "R9 a wake that was blocked beyond its own deadline and that nobody waits for any more makes no machine")
    void endsWithItsDeadlineIfNobodyWaits() {
        world.cloud.faults().failEvery("insert", Faults.denied());
        world.request();
        world.passes(Duration.ofMinutes(5));
        world.demand = Demand.NONE;
        world.passes(Duration.ofMinutes(40));
        world.cloud.faults().recover("insert");

        world.passes(Duration.ofMinutes(20));

        assertThat(world.cloud.instances().created()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 17, 31})
    @DisplayName(
            "R9 a start that has no answer for a while, or for longer than its wake may take, ends in a machine that serves")
    void outlivesAStartWithoutAnAnswer(int minutes) {
        world.wake();
        world.sleep();
        world.effects.clear();
        world.cloud.faults().failEvery("start", new CloudFailure.Unavailable("503", "down", Optional.empty(), null));
        world.request();
        world.passes(Duration.ofMinutes(minutes));
        world.cloud.faults().recover("start");

        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");
        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 29, 31})
    @DisplayName(
            "R9 C10 an insert that has no answer for a while, or for longer than its wake may take, ends in one machine that serves")
    void outlivesAnInsertWithoutAnAnswer(int minutes) {
        world.cloud.instances().pace(Duration.ofMinutes(2), Duration.ofSeconds(4));
        world.cloud.faults().failEvery("insert", new CloudFailure.Unavailable("503", "down", Optional.empty(), null));
        world.request();
        world.passes(Duration.ofMinutes(minutes));
        world.cloud.faults().recover("insert");

        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE", "DELETE_INSTANCE");
        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    @Test
    @DisplayName("S5 a generation that was prepared and dropped leaves no third version of the bundle")
    void makesRoomBeforeItUploads() {
        world.wake();
        world.sleep();
        world.cloud.faults().failEvery("start", Faults.denied());
        world.request();
        world.until(() -> world.cloud.faults().count("start") > 0);
        world.demand = Demand.NONE;
        world.clock.advance(Duration.ofDays(6));
        world.cloud.faults().recover("start");

        world.wake();

        assertThat(world.cloud.secrets().mostAtOnce()).isEqualTo(2);
        assertThat(world.store.read().state().plan().trust().lastGeneration()).isEqualTo(3);
    }

    @Test
    void waitsForItsMetadataBeforeItStartsTheMachineAndSendsThemOnce() {
        world.cloud.instances().metadataTakes(Duration.ofSeconds(10));
        world.wake();
        world.sleep();

        world.wake();

        // Once with the nonce before the start and once with the leaf, at each wake; a new machine has the first from
        // its birth.
        assertThat(world.cloud.faults().count("setMetadata")).isEqualTo(3);
        assertThat(world.served).hasSize(2);
    }
}
