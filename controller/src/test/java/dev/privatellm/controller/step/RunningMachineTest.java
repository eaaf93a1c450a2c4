// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.GuestConfig;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What may change about a machine that runs, and what its cloud does with it. */
final class RunningMachineTest {
    private static final InstanceId IN_A = new InstanceId(new Zone("us-central1-a"), World.NAMES.instance());
    private static final String ZONES = "us-central1-a, us-central1-b, us-central1-c";

    private final World world = new World();

    private JsonNode told() {
        Instance machine = world.cloud.instances().all().getFirst();
        return JsonMapper.shared().readTree(machine.metadata().get(GuestConfig.ATTRIBUTE));
    }

    @Test
    @DisplayName("P4 another model in the specification is told to the running machine, which goes on serving")
    void tellsARunningMachineItsNewModel() {
        world.wake();
        world.guests.openStreams(1);
        JsonNode before = told();
        long told = world.cloud.faults().count("setMetadata");
        world.document = World.sample("", "qwen3:8b", ZONES);
        world.generation = 2;

        world.passes(Duration.ofSeconds(5));

        assertThat(told().path("model").path("name").stringValue()).isEqualTo("qwen3:8b");
        assertThat(told().path("secretVersion")).isEqualTo(before.path("secretVersion"));
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        assertThat(world.cloud.faults().count("setMetadata")).isEqualTo(told + 1);
    }

    @Test
    @DisplayName(
            "P4 P15 a model that is being pulled is told with its percentage, and counts as ready only once its digest is known and it is loaded")
    void tellsHowItStandsWithTheModel() {
        world.guests.pace(Duration.ofSeconds(1), Duration.ofMinutes(2));
        world.guests.pulls(Optional.of(40));
        world.request();
        world.until(() -> world.power() instanceof MachineState.Warming);
        world.passes(Duration.ofSeconds(5));
        assertThat(world.condition("ModelReady")).contains("FALSE/Pulling");
        assertThat(message()).contains("llama3.2:3b: 40 %");

        world.guests.pulls(Optional.empty());
        world.passes(Duration.ofSeconds(5));
        assertThat(world.condition("ModelReady")).contains("FALSE/Loading");

        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.condition("ModelReady")).contains("TRUE/Loaded");
        assertThat(message()).contains("sha256:");

        world.sleep();
        assertThat(world.condition("ModelReady")).contains("FALSE/Asleep");
    }

    private String message() {
        return world.last.status().conditions().stream()
                .filter(condition -> condition.type().equals("ModelReady"))
                .findFirst()
                .orElseThrow()
                .message();
    }

    @Test
    @DisplayName("P4 a model whose name was wrong is put right while the machine still boots")
    void tellsABootingMachineItsNewModel() {
        world.guests.pace(Duration.ofSeconds(1), Duration.ofMinutes(2));
        world.request();
        world.until(() -> world.power() instanceof MachineState.Warming);
        world.document = World.sample("", "qwen3:8b", ZONES);
        world.generation = 2;

        world.passes(Duration.ofSeconds(5));

        assertThat(told().path("model").path("name").stringValue()).isEqualTo("qwen3:8b");
        world.until(() -> world.power() instanceof MachineState.Serving);
    }

    @Test
    void keepsWhatARunningMachineCannotTakeOverForItsNextBoot() {
        world.wake();
        world.guests.openStreams(1);
        JsonNode before = told();
        world.document = World.sample("deadManSeconds: 901", "qwen3:8b", ZONES);
        world.generation = 2;
        world.passes(Duration.ofSeconds(5));

        assertThat(told().path("model").path("name").stringValue()).isEqualTo("qwen3:8b");
        assertThat(told().path("configHash")).isEqualTo(before.path("configHash"));
        assertThat(told().path("deadManSeconds").intValue()).isEqualTo(900);

        world.guests.openStreams(0);
        world.sleep();
        world.wake();
        assertThat(told().path("configHash")).isNotEqualTo(before.path("configHash"));
        assertThat(told().path("deadManSeconds").intValue()).isEqualTo(901);
    }

    @Test
    @DisplayName(
            "C12 the idle time does not run while a serving machine pulls another model, and begins when that has ended")
    void isNotIdleWhileItPullsAnotherModel() {
        world.wake();
        for (int percent = 1; percent <= 100; percent += 3) {
            world.guests.pulls(Optional.of(percent));
            world.passes(Duration.ofSeconds(100));
            assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        }
        world.guests.pulls(Optional.empty());
        Instant done = world.clock.instant();

        world.until(() -> !(world.power() instanceof MachineState.Serving));

        assertThat(Duration.between(done, world.clock.instant()))
                .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(62));
    }

    @Test
    @DisplayName("R9 a pull that makes no progress does not keep a machine that nobody uses")
    void isIdleWhileItsPullStandsStill() {
        world.wake();
        world.guests.pulls(Optional.of(40));

        world.passes(Duration.ofMinutes(8));

        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);
    }

    @Test
    @DisplayName("P6 a machine that is seen on its way down after its notice of preemption counts as preempted")
    void countsAMachineAsPreemptedThatIsSeenStopping() {
        world.wake();
        world.guests.preempt();
        world.passes(Duration.ofSeconds(1));
        world.cloud.instances().stopFromOutside(IN_A);

        world.until(() -> world.power() instanceof MachineState.Stopping);
        world.until(() -> !(world.power() instanceof MachineState.Stopping));

        assertThat(world.power()).isInstanceOf(MachineState.Preempted.class);
        assertThat(world.store.read().state().plan().runs().getLast().reason()).contains("Preempted");
        assertThat(world.condition("Serving")).contains("FALSE/Preempted");
    }
}
