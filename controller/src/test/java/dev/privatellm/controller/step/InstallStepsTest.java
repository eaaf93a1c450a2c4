// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.Condition;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a machine tells of its installation reaches whoever looks at the status. */
class InstallStepsTest {
    private final World world = new World();

    @Test
    @DisplayName("P23 a machine that is what its configuration says is told as installed")
    void tellsThatAMachineIsInstalled() {
        world.wake();

        assertThat(world.condition("Installed")).contains("TRUE/Converged");
    }

    @Test
    @DisplayName(
            "S8 a step of the installation that failed is named while a machine cannot become ready, and after it was given up")
    void namesTheStepThatFailed() {
        world.guests.pace(Duration.ofSeconds(2), Duration.ofHours(5));
        world.guests.failsToInstall("engine-archive");
        world.request();
        world.until(() ->
                world.power() instanceof MachineState.Warming && installed().contains("engine-archive"));
        assertThat(world.condition("Installed")).contains("FALSE/BootFailed");

        world.until(() -> {
            world.request();
            return world.power() instanceof MachineState.Failed;
        });

        assertThat(((MachineState.Failed) world.power()).reason()).isEqualTo("BootFailed");
        assertThat(installed()).contains("step engine-archive: exit 65", "docs/errors/BootFailed.md");
    }

    @Test
    @DisplayName(
            "a machine that goes on with what it had before serves, and says which step failed until one boot brings it")
    void servesWithWhatItHadBefore() {
        world.guests.failsToInstall("guest-archive");
        world.wake();
        assertThat(world.condition("Serving")).contains("TRUE/Answering");
        assertThat(world.condition("Installed")).contains("FALSE/BootFailed");

        world.sleep();
        assertThat(world.condition("Installed")).contains("FALSE/BootFailed");
        world.guests.installs();
        world.wake();

        assertThat(world.condition("Installed")).contains("TRUE/Converged");
    }

    private String installed() {
        return world.last.status() == null
                ? ""
                : world.last.status().conditions().stream()
                        .filter(condition -> condition.type().equals("Installed"))
                        .map(Condition::message)
                        .findFirst()
                        .orElse("");
    }
}
