// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A wake while the service that keeps the secrets is slow, or does not answer at all. */
final class SlowSecretsTest {
    /** After so long a call is given up by the adapter. */
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final World world = new World();

    @Test
    @DisplayName(
            "C14 P6 a wake whose uploads take as long as a call may take goes on to the end, with as many versions as any")
    void wakesThoughEachUploadTakesLong() {
        world.cloud.faults().watchedBy((moment, call) -> {
            if (moment == Faults.Moment.BEFORE && call.equals("addVersion")) {
                world.clock.advance(DEADLINE.minusSeconds(1));
            }
        });

        world.wake();

        assertThat(world.served).hasSize(1);
        assertThat(world.cloud.faults().count("addVersion")).isEqualTo(2);
        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "C14 P6 a wake whose upload never ends says so, makes no machine, and goes on as soon as there is an answer")
    void saysThatTheServiceDoesNotAnswer() {
        Faults faults = world.cloud.faults();
        faults.watchedBy((moment, call) -> {
            if (moment == Faults.Moment.BEFORE && call.equals("versions")) {
                world.clock.advance(DEADLINE);
            }
        });
        faults.failEvery(
                "addVersion",
                new CloudFailure.Unavailable("NO_ANSWER", "no answer from the cloud", Optional.empty(), null));
        world.request();
        world.passes(Duration.ofMinutes(3));

        assertThat(world.condition("Serving")).contains("FALSE/Unavailable");
        assertThat(world.last.status().message()).contains("no answer from the cloud");
        assertThat(world.cloud.instances().billable()).isEmpty();

        faults.recover("addVersion");
        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }
}
