// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.Condition;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.power.MachineState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Why a machine did not come up, in its own words. */
class ConsoleTest {
    private static final String REFUSAL = "[    4.2] Loading of unsigned module is rejected";
    private static final String CANARY = "5ca1ab1e".repeat(8);

    private final World world = new World();

    @BeforeEach
    void neverComesUp() {
        world.guests.pace(Duration.ofHours(5), Duration.ofHours(5));
        world.cloud.instances().print(REFUSAL + "\nnvidia: token " + CANARY + "\nprivate-llm: step engine: exit 1\n");
    }

    private void fail() {
        world.request();
        world.until(() -> {
            world.request();
            return world.power() instanceof MachineState.Failed;
        });
    }

    private String booted() {
        return world.last.status().conditions().stream()
                .filter(condition -> condition.type().equals("Booted"))
                .map(Condition::message)
                .findFirst()
                .orElse("");
    }

    @Test
    @DisplayName(
            "a machine that did not come up is asked once what it printed, before it is stopped, and the status tells")
    void tellsWhatAMachineThatDidNotComeUpHadPrinted() {
        fail();

        assertThat(world.condition("Booted")).contains("FALSE/BootFailed");
        assertThat(booted()).contains(REFUSAL, "private-llm: step engine: exit 1", "docs/errors/BootFailed.md");
        assertThat(world.cloud.faults().count("console")).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "S6 a token that somehow got onto the console is neither in the status, nor on record, nor in the link")
    void tellsNoSecret() {
        fail();

        assertThat(booted()).contains("token (left out)").doesNotContain(CANARY);
        assertThat(new String(world.store.read().state().toJson(), StandardCharsets.UTF_8))
                .contains("Loading of unsigned module")
                .doesNotContain(CANARY);
        assertThat(world.links.toString()).doesNotContain(CANARY, "unsigned module");
    }

    @Test
    void aConsoleThatCannotBeReadIsDoneWithout() {
        world.cloud.faults().failEvery("console", Faults.denied());

        fail();

        assertThat(booted()).contains("could not be read (PermissionDenied)");
    }

    @Test
    void isForgottenOnceAMachineServes() {
        fail();
        world.guests.pace(Duration.ofSeconds(1), Duration.ofSeconds(1));
        world.until(() -> {
            world.request();
            return world.power() instanceof MachineState.Serving;
        });

        assertThat(world.condition("Booted")).isEmpty();
    }
}
