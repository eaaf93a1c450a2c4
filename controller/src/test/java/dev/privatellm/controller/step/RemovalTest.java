// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.controller.status.Phase;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.LabelTime;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.ServiceAccount;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.EffectKind;
import dev.privatellm.machine.plan.Names;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that was made for a resource is taken away again, in the opposite order, and nothing else. */
class RemovalTest {
    private static final PowerRequests REMOVAL =
            new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.REMOVAL);
    private static final String SHARED = Names.shared("cluster-1");
    private static final Zone ZONE = new Zone("us-central1-a");

    private final World world = new World();

    @BeforeEach
    void live() {
        world.wake();
    }

    @Test
    @DisplayName(
            "P18 C14 of a machine that serves nothing is left but APIs and the key, which cannot be removed, and it is only said once the cloud says so")
    void leavesNothingButTheKey() {
        world.effects.clear();

        remove();

        assertThat(world.effectKinds())
                .containsExactly(
                        "DRAIN_GUEST",
                        "CLOSE_FIREWALL",
                        "STOP_INSTANCE",
                        "DELETE_INSTANCE",
                        "REMOVE_PART",
                        "REMOVE_PART",
                        "REMOVE_PART",
                        "REMOVE_PART",
                        "REMOVE_PART",
                        "REMOVE_PART");
        assertNothingIsLeft();
        assertThat(world.cloud.keys().all()).hasSize(1);
    }

    @Test
    @DisplayName("P18 a removal that is repeated finds nothing to do and is a success")
    void isASuccessWhenItIsRepeated() {
        remove();
        world.requests = PowerRequests.NONE;
        world.passes(Duration.ofMinutes(1));
        world.restart();
        world.effects.clear();

        remove();
        world.passes(Duration.ofMinutes(10));

        assertThat(world.effects).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    @DisplayName("C14 a removal waits for what is on its way to an answer, then takes the machine away")
    void drainsBeforeItRemoves() {
        world.guests.openStreams(1);
        world.requests = REMOVAL;
        world.passes(Duration.ofSeconds(20));
        assertThat(world.effectKinds()).contains("DRAIN_GUEST").doesNotContain("STOP_INSTANCE", "DELETE_INSTANCE");

        world.guests.openStreams(0);
        remove();

        assertNothingIsLeft();
    }

    @Test
    @DisplayName("C13 machines of ours that are on no record are removed with the rest")
    void removesMachinesThatAreOnNoRecord() {
        world.sleep();
        plant("pllm-stray", World.UID);
        plant("pllm-theirs", "somebody-else");

        remove();

        assertThat(world.cloud.instances().all())
                .extracting(found -> found.id().name().value())
                .containsExactly("pllm-theirs");
    }

    @Test
    @DisplayName("what is removed follows from the record, not from a document that names other things by now")
    void followsTheRecord() {
        world.sleep();
        world.document = dev.privatellm.api.v1alpha1.DocumentReader.read("""
                apiVersion: privatellm.dev/v1alpha1
                kind: PrivateLlm
                metadata: {name: llama}
                spec:
                  provider: {gcp: {projectId: example-project, serviceAccount: default}}
                  placement: {zones: [us-central1-a], machineTypes: [g2-standard-8]}
                  model: {name: "llama3.2:3b"}
                  power: {firstBoot: OnDemand}
                  network: {vpc: office}
                  security: {keyAlgorithm: ECDSA_P256, hsm: false}
                """);

        remove();

        assertNothingIsLeft();
    }

    @Test
    @DisplayName("what belongs to somebody else by now stays, whatever it is called")
    void leavesAloneWhatIsNotOurs() {
        world.sleep();
        world.cloud.networks().plant(new Network(SHARED, false, Optional.of(new Network.Owner("somebody-else"))));
        world.cloud.identities().plant(new ServiceAccount(World.NAMES.account(), "a@b", "somebody-else"));

        remove();

        assertThat(world.cloud.networks().made()).hasSize(1);
        assertThat(world.cloud.identities().all()).hasSize(1);
        assertThat(world.cloud.secrets().exists(World.NAMES.secret())).isFalse();
    }

    @Test
    @DisplayName("a network that others use stays with them, and the removal comes to its end")
    void leavesANetworkThatOthersUse() {
        world.sleep();
        world.cloud
                .firewalls()
                .plant(new FirewallRule(
                        "pllm-another-ingress", SHARED, new TreeSet<>(), "another", 8080, Optional.empty()));

        remove();

        assertThat(world.cloud.networks().made()).hasSize(1);
        assertThat(world.cloud.faults().count("deleteNetwork")
                        + world.cloud.faults().count("deleteSubnet"))
                .isLessThan(20);
        assertThat(world.cloud.identities().all()).isEmpty();
    }

    @Test
    @DisplayName(
            "a removal also ends if the cloud accepts every one of its requests and finds only then that a network is used")
    void endsThoughEveryOperationFindsTheNetworkInUse() {
        world.sleep();
        for (int attempt = 0; attempt < 30; attempt++) {
            CloudFailure used = new CloudFailure.InUse("RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", "a router uses it", null);
            world.cloud.faults().failNextOperation("deleteSubnet", used);
        }

        remove();

        assertThat(world.cloud.faults().count("deleteSubnet")).isLessThan(10);
        assertThat(world.cloud.identities().all()).isEmpty();
    }

    @Test
    @DisplayName("a right that is missing for a removal is named, and the removal goes on once it is granted")
    void namesTheRightThatIsMissing() {
        world.sleep();
        world.cloud.faults().failEvery("deleteSecret", Faults.denied());
        world.requests = REMOVAL;

        world.passes(Duration.ofMinutes(2));

        assertThat(world.last.status().phase()).isEqualTo(Phase.DELETING);
        assertThat(world.last.status().message()).contains("being removed", "IAM_PERMISSION_DENIED");
        world.cloud.faults().recover("deleteSecret");
        remove();
        assertNothingIsLeft();
    }

    @Test
    @DisplayName("C13 a machine that somebody else has suspended is removed with the rest")
    void removesASuspendedMachine() {
        world.cloud
                .instances()
                .suspendFromOutside(world.cloud.instances().all().getFirst().id());
        world.until(() -> world.power() instanceof MachineState.Suspended);

        remove();

        assertNothingIsLeft();
    }

    @Test
    @DisplayName("C13 an account that its cloud does not show yet is not taken for gone")
    void waitsForAnAccountThatIsNotShownYet() {
        remove();
        world.requests = PowerRequests.NONE;
        world.request();
        world.until(() -> world.cloud.identities().all().size() == 1);
        world.cloud.identities().staysHidden(Duration.ofSeconds(40));

        remove();

        assertNothingIsLeft();
    }

    @Test
    @DisplayName("C13 what was asked for an hour ago by a process that died at once is removed too")
    void removesWhatWasAskedForLongAgo() {
        remove();
        world.requests = PowerRequests.NONE;
        world.request();
        world.cloud.faults().loseNextAnswer("createAccount");
        world.until(() -> world.cloud.identities().all().size() == 1);
        world.restart();
        world.clock.advance(Duration.ofHours(1));

        remove();

        assertNothingIsLeft();
    }

    @Test
    @DisplayName("C6 after a secret of somebody else's was left alone, the next wake does not take it for ours")
    void doesNotTakeOverASecretThatItLeftAlone() {
        world.sleep();
        world.cloud.secrets().delete(World.NAMES.secret());
        world.cloud.secrets().ensure(World.NAMES.secret(), Map.of("pllm-owner", "somebody-else"), Optional.empty());
        remove();
        world.effects.clear();
        world.requests = PowerRequests.NONE;
        world.request();

        world.passes(Duration.ofMinutes(2));

        assertThat(world.effectKinds()).doesNotContain("UPLOAD_BUNDLE");
        assertThat(world.condition("Stalled")).contains("TRUE/ManagementConflict");
    }

    @Test
    @DisplayName("C13 a wake in the middle of a removal makes again what is on its way out, before its machine")
    void aWakeWaitsForWhatIsOnItsWayOut() {
        world.sleep();
        world.cloud.networks().pace(Duration.ofSeconds(30));
        world.requests = REMOVAL;
        world.until(() -> world.effects.stream()
                .anyMatch(entry -> entry.target().startsWith("SUBNET") && entry.kind() == EffectKind.REMOVE_PART));

        world.requests = PowerRequests.NONE;
        world.wake();

        assertThat(world.cloud.networks().madeSubnets()).hasSize(1);
        assertThat(world.effects.stream()
                        .filter(entry -> !entry.outcome().equals("accepted")
                                && !entry.outcome().equals("done")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete",
                "deleteSecret",
                "expelFromBucket",
                "deleteBucket",
                "deleteAccount",
                "deleteSubnet",
                "deleteNetwork"
            })
    @DisplayName("C13 R2 an answer that is lost, or a process that dies, leaves nothing behind")
    void comesToItsEndWhicheverAnswerIsLost(String call) {
        world.sleep();
        world.cloud.faults().loseNextAnswer(call);
        world.requests = REMOVAL;
        world.until(() -> world.cloud.faults().count(call) > 0);
        world.restart();

        remove();

        assertNothingIsLeft();
    }

    @Test
    @DisplayName("after a removal nothing wakes until it is called off; then the first request makes everything anew")
    void beginsAnewAfterwards() {
        remove();
        world.request();
        world.passes(Duration.ofMinutes(3));
        assertThat(world.cloud.instances().all()).isEmpty();

        world.requests = PowerRequests.NONE;
        world.wake();

        assertThat(world.cloud.networks().made()).hasSize(1);
        assertThat(world.cloud.identities().all()).hasSize(1);
    }

    @Test
    @DisplayName(
            "P19 to keep the data, the rule is removed and the machine stopped; what stays is named with its price, and an up takes it up again")
    void keepsWhatWasMade() {
        world.requests = new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.RETENTION);
        assertKept();

        world.requests = new PowerRequests(Optional.of("up"), Optional.empty(), PowerRequests.Order.NONE);
        world.effects.clear();
        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.effectKinds()).contains("START_INSTANCE").doesNotContain("INSERT_INSTANCE", "MAKE_PART");
    }

    @Test
    @DisplayName("with deletionPolicy Retain a removal takes no more than the machine's power and its firewall rule")
    void retainsWhatTheDocumentSays() {
        world.document = World.sample(
                "", "llama3.2:3b", "us-central1-a", "machineTypes: [g2-standard-8]", "", "deletionPolicy: Retain");
        world.requests = REMOVAL;

        assertKept();

        assertThat(world.last.status().retained()).isTrue();
    }

    private void assertKept() {
        world.effects.clear();
        world.sleep();
        world.request();
        world.passes(Duration.ofMinutes(10));

        assertThat(world.effectKinds())
                .contains("STOP_INSTANCE", "CLOSE_FIREWALL")
                .doesNotContain("START_INSTANCE", "DELETE_INSTANCE", "REMOVE_PART");
        assertThat(world.cloud.firewalls().all()).isEmpty();
        assertThat(world.cloud.instances().billable()).isEmpty();
        assertThat(world.cloud.instances().all())
                .singleElement()
                .satisfies(kept -> assertThat(kept.labels())
                        .as("our claim is given up")
                        .doesNotContainKeys(LabelTime.HOLDER, LabelTime.LEASE));
        assertThat(world.cloud.secrets().exists(World.NAMES.secret())).isTrue();
        assertThat(world.last.status().phase()).isEqualTo(Phase.STOPPED);
        assertThat(world.last.status().message()).contains("is kept and paid for");
        assertThat(world.last.status().standing())
                .extracting(held -> held.kind() + " " + held.usdPerMonth().isPresent())
                .containsExactlyInAnyOrder("DISK true", "SECRET true", "KEY true");
    }

    private void remove() {
        world.requests = REMOVAL;
        world.until(() -> Planner.isRemoved(plan()));
    }

    private PlanState plan() {
        return world.store.read().state().plan();
    }

    private void assertNothingIsLeft() {
        assertThat(world.cloud.instances().all()).isEmpty();
        assertThat(world.cloud.firewalls().all()).isEmpty();
        assertThat(world.cloud.secrets().exists(World.NAMES.secret())).isFalse();
        assertThat(world.cloud.identities().all()).isEmpty();
        assertThat(world.cloud.artifacts().all()).isEmpty();
        assertThat(world.cloud.networks().made()).isEmpty();
        assertThat(world.cloud.networks().madeSubnets()).isEmpty();
    }

    private void plant(String name, String owner) {
        world.cloud
                .instances()
                .plant(
                        new InstanceSpec(
                                new dev.privatellm.machine.cloud.InstanceName(name),
                                "default",
                                "",
                                "tag",
                                "image",
                                128,
                                Map.of("pllm-owner", owner),
                                Map.of(),
                                "default",
                                Duration.ofDays(1),
                                true,
                                true),
                        new Offering(ProvisioningModel.SPOT, "g2-standard-8", ZONE));
    }
}
