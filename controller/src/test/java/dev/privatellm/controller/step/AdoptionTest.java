// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.Condition;
import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.ModelRegistry;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.plan.MachineSpec;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The user has a machine, with models on its disk, and wants to keep it. */
class AdoptionTest {
    private static final InstanceId OLD = OldInstallation.MACHINE;
    private static final String ACCOUNT = OldInstallation.ACCOUNT;

    @Test
    @DisplayName(
            "E6 the machine that the document names is taken over with its disk, is woken and sleeps like any, and no other one is made")
    void wakesTheMachineThatIsThere() {
        World world = world(Map.of());
        stopped(world);
        String cloudId = old(world).cloudId();

        world.wake();

        assertThat(world.cloud.instances().all()).hasSize(1);
        assertThat(old(world).cloudId()).isEqualTo(cloudId);
        assertThat(old(world).labels())
                .containsEntry(MachineSpec.OWNER_LABEL, World.UID)
                .containsEntry("colour", "blue");
        assertThat(old(world).tags()).containsExactly(World.NAMES.tag());
        assertThat(old(world).metadata()).containsEntry("startup-script", "#!/bin/bash");
        assertThat(world.cloud.secrets().admits(World.NAMES.secret(), ACCOUNT)).isTrue();
        assertThat(world.effectKinds())
                .containsSubsequence("ADOPT_INSTANCE", "ADOPT_INSTANCE", "SET_METADATA", "START_INSTANCE")
                .doesNotContain("INSERT_INSTANCE", "DELETE_INSTANCE");
        world.sleep();
        world.wake();
        assertThat(world.effectKinds().stream().filter("ADOPT_INSTANCE"::equals))
                .hasSize(2);
    }

    @Test
    @DisplayName("a machine that runs is stopped before it is woken as ours, and its old doors are shut at once")
    void stopsTheMachineFirst() {
        World world = world(Map.of());
        world.request();

        world.until(() -> world.power() instanceof MachineState.Stopping);

        assertThat(old(world).tags()).containsExactly(World.NAMES.tag());
        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.effectKinds()).containsSubsequence("ADOPT_INSTANCE", "STOP_INSTANCE", "START_INSTANCE");
        assertThat(world.cloud.instances().all()).hasSize(1);
    }

    @Test
    @DisplayName(
            "removal takes the machine that was taken over, but not what the user had made for it; up then makes one of our own")
    void removesTheMachineAndLeavesWhatIsTheUsers() {
        World world = world(Map.of());
        stopped(world);
        world.wake();
        world.requests = new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.REMOVAL);

        world.until(() -> Planner.isRemoved(world.store.read().state().plan()));

        assertThat(world.cloud.instances().all()).isEmpty();
        assertThat(world.cloud.secrets().exists(World.NAMES.secret())).isFalse();
        assertThat(world.effects)
                .filteredOn(entry -> entry.kind().name().equals("REMOVE_PART"))
                .extracting(EffectLog.Entry::target)
                .noneMatch(target -> target.startsWith("NETWORK") || target.startsWith("ACCOUNT"));
        world.requests = new PowerRequests(Optional.of("up"), Optional.empty(), PowerRequests.Order.NONE);
        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.cloud.instances().all()).extracting(Instance::id).doesNotContain(OLD);
    }

    @Test
    @DisplayName(
            "C13 a machine that bears somebody else's owner label is refused with ManagementConflict, and nothing of it is changed")
    void refusesTheMachineOfSomebodyElse() {
        World world = world(Map.of(MachineSpec.OWNER_LABEL, "somebody-else"));
        Instance before = old(world);
        world.request();

        world.passes(Duration.ofMinutes(2));

        assertThat(world.condition("Stalled")).contains("TRUE/ManagementConflict");
        assertThat(old(world).labels()).isEqualTo(before.labels());
        assertThat(old(world).tags()).isEqualTo(before.tags());
        assertThat(world.effectKinds()).doesNotContain("ADOPT_INSTANCE", "INSERT_INSTANCE", "STOP_INSTANCE");
    }

    @Test
    @DisplayName("E6 a machine that is not there is said, and no other one is made instead")
    void makesNoOtherMachineInstead() {
        World world = world(Map.of());
        stopped(world);
        world.cloud.instances().delete(OLD, new RequestId(new UUID(2, 2)));
        world.clock.advance(Duration.ofMinutes(2));
        world.request();

        world.passes(Duration.ofMinutes(2));

        assertThat(world.last.status().conditions()).anySatisfy(condition -> {
            assertThat(condition.reason()).isEqualTo("InvalidSpec");
            assertThat(condition.message()).contains("spec.adopt.instance", "private-llm-vm", "us-central1-a");
        });
        assertThat(world.cloud.instances().all()).isEmpty();
        assertThat(world.effectKinds()).doesNotContain("INSERT_INSTANCE");
    }

    @Test
    @DisplayName(
            "E6 a machine whose number the document does not name is not touched, and the refusal tells what it is and what it would lose")
    void touchesNoMachineThatWasOnlyNamed() {
        for (String other : List.of("{instance: private-llm-vm}", "{instance: private-llm-vm, id: \"4711\"}")) {
            World world = changed("{instance: private-llm-vm, id: \"7000000001\"}", other);

            assertThat(refusal(world))
                    .contains("spec.adopt.id", "number 7000000001", "network tags [private-llm]", "{colour=blue}");
        }
    }

    @Test
    @DisplayName("E6 a machine in another network than the document's is not the one that it means")
    void touchesNoMachineOfAnotherNetwork() {
        World world = changed("vpc: private-llm,", "vpc: office,");

        assertThat(refusal(world)).contains("spec.network.vpc: office (expected: private-llm)");
    }

    @Test
    @DisplayName(
            "P20 E4 a model that does not run on the machine, or is not there, is said before anything of the machine is changed")
    void touchesNoMachineThatIsTooSmall() {
        World large = changed("llama3.2:3b", "llama3.1:70b");
        large.cloud.models().lists("llama3.1:70b", 42);

        assertThat(refusal(large, "ModelTooLarge")).contains("g2-standard-8 has 24");

        World misspelt = changed("llama3.2:3b", "lama3.2:3b");
        misspelt.cloud.models().says("lama3.2:3b", new ModelRegistry.Listing.Absent());
        assertThat(refusal(misspelt, "ModelNotFound")).contains("lama3.2:3b");
    }

    @Test
    @DisplayName(
            "E6 a folder that has served another machine takes the one over that the document names, once the other is gone")
    void takesOverAfterAnotherMachine() {
        World world = world(Map.of());
        stopped(world);
        PrivateLlm adopting = world.document;
        world.document = document("adopt: {instance: private-llm-vm, id: \"7000000001\"}", "");
        world.wake();
        world.sleep();
        InstanceId own =
                world.store.read().state().plan().machine().orElseThrow().id();
        assertThat(own).isNotEqualTo(OLD);
        world.cloud.instances().removeFromOutside(own);
        world.document = adopting;
        world.generation++;

        world.wake();

        assertThat(world.cloud.instances().all()).extracting(Instance::id).containsExactly(OLD);
    }

    @Test
    @DisplayName(
            "E6 a machine that was taken over may read its secret when that was made again, though the document names the machine no more")
    void readsASecretThatWasMadeAgain() {
        World world = world(Map.of());
        stopped(world);
        world.wake();
        world.sleep();
        world.document = document("adopt: {instance: private-llm-vm, id: \"7000000001\"}", "");
        world.generation++;
        world.cloud.secrets().delete(World.NAMES.secret());

        world.wake();

        assertThat(world.cloud.secrets().admits(World.NAMES.secret(), ACCOUNT)).isTrue();
        assertThat(world.cloud.instances().all()).extracting(Instance::id).containsExactly(OLD);
    }

    @Test
    @DisplayName("E6 P11 a standard machine is kept although spot ones are allowed and would be cheaper")
    void keepsAMachineThatIsDearer() {
        World world = world(Map.of(), ProvisioningModel.STANDARD);
        stopped(world);

        world.wake();
        world.sleep();
        world.wake();

        assertThat(world.cloud.instances().all()).extracting(Instance::id).containsExactly(OLD);
        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    @Test
    @DisplayName("E6 P11 a machine that was taken over is waited for in its zone, and no other disk is made elsewhere")
    void waitsForAMachineWhoseZoneIsExhausted() {
        World world = world(Map.of());
        stopped(world);
        world.cloud.instances().exhaust(new Offering(ProvisioningModel.SPOT, "g2-standard-8", OLD.zone()));
        world.request();

        world.passes(Duration.ofMinutes(20));

        assertThat(world.cloud.instances().all()).extracting(Instance::id).containsExactly(OLD);
        assertThat(world.effectKinds()).doesNotContain("INSERT_INSTANCE", "DELETE_INSTANCE");
    }

    @Test
    @DisplayName("C17 what a machine cost before it was taken over is not booked as ours")
    void booksNothingFromBefore() {
        World world = world(Map.of());
        world.clock.advance(Duration.ofDays(9));
        world.request();
        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.store.read().state().plan().runs())
                .allSatisfy(run -> assertThat(run.length(world.clock.instant())).isLessThan(Duration.ofHours(1)));
    }

    @TestFactory
    @DisplayName(
            "C10 killed or without an answer at any point of a takeover, a restart ends with that one machine serving, and removes nothing else")
    Stream<DynamicTest> survivesEveryPoint() {
        return Stream.of(true, false).flatMap(dies -> {
            int[] points = {0};
            adopt(dies, Integer.MAX_VALUE, points);
            return Stream.iterate(0, point -> point + 1)
                    .limit(points[0])
                    .map(point -> DynamicTest.dynamicTest("%s at %d".formatted(dies ? "dies" : "lost", point), () -> {
                        World world = adopt(dies, point, new int[1]);

                        assertThat(world.newProcesses).isEqualTo(dies ? 1 : 0);
                        assertThat(world.cloud.instances().all())
                                .extracting(Instance::id)
                                .containsExactly(OLD);
                        assertThat(old(world).labels()).containsEntry(MachineSpec.OWNER_LABEL, World.UID);
                        assertThat(world.cloud.instances().billable()).isEmpty();
                        assertThat(world.cloud.firewalls().all()).isEmpty();
                        assertThat(world.longestExposure).isLessThan(Duration.ofSeconds(10));
                        assertThat(world.served).hasSize(1);
                    }));
        });
    }

    /** A takeover of a running machine, a wake and a sleep, with one blow. */
    private static World adopt(boolean dies, int strikesAt, int[] points) {
        World world = world(Map.of());
        Runnable blow = () -> {
            if (points[0]++ == strikesAt) {
                if (dies) {
                    throw new World.Crash();
                }
                throw Faults.lost();
            }
        };
        if (dies) {
            world.store.beforeWrite(blow);
        }
        world.cloud.faults().watchedBy((_, call) -> {
            if (call.equals("claim") || call.equals("stop") || call.equals("start") || call.equals("setMetadata")) {
                blow.run();
            }
        });
        world.wake();
        world.sleep();
        return world;
    }

    private static World world(Map<String, String> labels) {
        return world(labels, ProvisioningModel.SPOT);
    }

    private static World world(Map<String, String> labels, ProvisioningModel provisioning) {
        World world = new World();
        OldInstallation.plant(world, labels, provisioning);
        return world;
    }

    private static PrivateLlm document(String from, String to) {
        return DocumentReader.read(OldInstallation.text("7000000001").replace(from, to));
    }

    /** The usual world with another document. */
    private static World changed(String from, String to) {
        World world = world(Map.of());
        world.document = document(from, to);
        return world;
    }

    private static String refusal(World world) {
        return refusal(world, "InvalidSpec");
    }

    /** What a wake says that changes nothing of the machine. */
    private static String refusal(World world, String reason) {
        Instance before = old(world);
        world.request();

        world.passes(Duration.ofMinutes(2));

        assertThat(old(world).labels()).isEqualTo(before.labels());
        assertThat(old(world).tags()).isEqualTo(before.tags());
        assertThat(old(world).status()).isEqualTo(before.status());
        assertThat(world.effectKinds()).doesNotContain("ADOPT_INSTANCE", "INSERT_INSTANCE", "STOP_INSTANCE");
        return world.last.status().conditions().stream()
                .filter(condition -> condition.reason().equals(reason))
                .map(Condition::message)
                .findFirst()
                .orElseThrow(() -> new AssertionError(world.last.status()));
    }

    private static void stopped(World world) {
        OldInstallation.stop(world);
        assertThat(old(world).status()).isEqualTo(InstanceStatus.STOPPED);
    }

    private static Instance old(World world) {
        return world.cloud.instances().find(OLD).orElseThrow();
    }
}
