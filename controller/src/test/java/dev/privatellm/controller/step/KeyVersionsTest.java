// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.plan.EffectKind;
import dev.privatellm.machine.plan.Holding;
import dev.privatellm.machine.plan.Names;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of the versions of the key: each is paid for as long as it is kept. */
class KeyVersionsTest {
    private static final String SHARED = Names.shared("cluster-1");
    private static final CryptoKey KEY = new CryptoKey(SHARED, SHARED, true, Map.of("pllm-cluster", "cluster-1"));

    private final World world = new World();

    @BeforeEach
    void live() {
        world.wake();
        world.sleep();
    }

    @Test
    @DisplayName(
            "P19 a version of the key is destroyed after a rotation once no kept bundle was sealed with it, and not before")
    void destroysWhatNoBundleNeeds() {
        String old = world.cloud.keys().kept().getFirst();
        world.demand = Demand.NONE;
        world.clock.advanceTo(World.START.plus(Duration.ofDays(91)));
        world.cloud.keys().rotate(KEY);
        world.passes(Duration.ofHours(30));
        assertThat(world.cloud.keys().kept())
                .as("the last bundle is sealed with the old version")
                .hasSize(2);

        rewake();
        rewake();
        world.passes(Duration.ofHours(30));

        assertThat(world.cloud.keys().kept()).hasSize(1).doesNotContain(old);
        assertThat(plan().holdings().stream()
                        .filter(held -> held.kind() == Holding.Kind.KEY)
                        .filter(held -> held.until().isEmpty()))
                .as("what is paid for is counted anew")
                .singleElement()
                .matches(held -> held.since().isAfter(World.START.plus(Duration.ofDays(91))));
        rewake();
    }

    @Test
    @DisplayName(
            "P19 down --delete-kms destroys every version of the key after all else is gone, and the next wake gives the key a new one")
    void destroysTheKeyWithTheRest() {
        remove(PowerRequests.Order.REMOVAL_WITH_KEY);

        assertThat(world.effectKinds()).endsWith("DESTROY_KEY_VERSION");
        assertThat(world.cloud.keys().kept()).isEmpty();
        assertThat(world.cloud.keys().all()).as("a name can never be removed").hasSize(1);
        assertThat(plan().holdings()).noneMatch(held -> held.until().isEmpty());

        world.requests = PowerRequests.NONE;
        world.wake();

        assertThat(world.cloud.keys().kept()).hasSize(1);
    }

    @Test
    @DisplayName("with kmsDeletionPolicy Delete every removal destroys the versions of the key")
    void destroysTheKeyWhereTheDocumentSaysSo() {
        world.document = World.sample(
                "", "llama3.2:3b", "us-central1-a", "machineTypes: [g2-standard-8]", "", "kmsDeletionPolicy: Delete");

        remove(PowerRequests.Order.REMOVAL);

        assertThat(world.cloud.keys().kept()).isEmpty();
    }

    @Test
    @DisplayName("P19 a version that another secret was sealed with stays, whoever asks for what")
    void leavesWhatOthersNeed() {
        world.cloud.secrets().ensure("pllm-other-bundle", Map.of("pllm-owner", "another"), Optional.of(KEY));
        world.cloud.secrets().addVersion("pllm-other-bundle", new byte[] {1});

        remove(PowerRequests.Order.REMOVAL_WITH_KEY);

        assertThat(world.cloud.keys().kept()).hasSize(1);
        assertThat(world.effectKinds()).doesNotContain("DESTROY_KEY_VERSION");
    }

    @Test
    @DisplayName(
            "C14 a key that somebody has disabled keeps the machine from being given power, by name, until it is enabled again")
    void namesADisabledKey() {
        world.cloud.keys().disable(KEY);
        world.effects.clear();
        world.request();
        world.passes(Duration.ofMinutes(5));

        assertThat(world.condition("Stalled")).contains("TRUE/KeyDisabled");
        assertThat(world.last.status().message()).contains("cryptoKeyVersions/1", "docs/errors/KeyDisabled.md");
        assertThat(world.effectKinds()).doesNotContain("START_INSTANCE", "INSERT_INSTANCE");
        assertThat(world.cloud.instances().billable()).isEmpty();

        world.cloud.keys().enable(KEY);
        world.until(() -> world.power() instanceof MachineState.Serving);
    }

    @Test
    @DisplayName("C14 a key whose versions somebody has destroyed gets a new one with the next wake")
    void mendsADestroyedKey() {
        world.cloud.keys().versions(KEY).forEach(world.cloud.keys()::destroy);

        world.wake();

        assertThat(world.cloud.keys().kept()).hasSize(1);
    }

    private void rewake() {
        world.wake();
        world.sleep();
        world.demand = Demand.NONE;
    }

    private void remove(PowerRequests.Order order) {
        world.effects.clear();
        world.demand = Demand.NONE;
        world.requests = new PowerRequests(Optional.empty(), Optional.empty(), order);
        world.until(() ->
                plan().parts().stream().noneMatch(part -> !part.id().kind().isPermanent())
                        && world.last.effect().isEmpty()
                        && world.last.isAtRest());
        world.passes(Duration.ofMinutes(1));
        assertThat(plan().pending(EffectKind.REMOVE_PART)).isEmpty();
        assertThat(world.last.status().phase()).isEqualTo(dev.privatellm.controller.status.Phase.PENDING);
    }

    private PlanState plan() {
        return world.store.read().state().plan();
    }
}
