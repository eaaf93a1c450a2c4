// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Disk;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Scheduling;
import dev.privatellm.machine.link.FakeGuests;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a changed document means for the machine that is there. */
class MachineChangeTest {
    private static final String ZONES = "us-central1-a, us-central1-b, us-central1-c";
    private static final String TYPE = "machineTypes: [g2-standard-8]";

    private final World world = new World();

    @BeforeEach
    void serve() {
        world.wake();
    }

    @Test
    @DisplayName("a document that has not changed leaves the machine as it is, and says nothing of a difference")
    void saysNothingOfAMachineThatIsAsItShouldBe() {
        world.sleep();
        world.wake();

        assertThat(world.condition("Drifted")).isEmpty();
        assertThat(world.effectKinds()).doesNotContain("SET_MACHINE_TYPE", "RESIZE_DISK");
        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    @Test
    @DisplayName("P11 another machine type of the series waits for the next wake, then the same machine is one of it")
    void changesTheTypeAtTheNextWake() {
        document(ZONES, "machineTypes: [g2-standard-16]");
        world.passes(Duration.ofSeconds(20));
        assertThat(world.condition("Drifted")).contains("TRUE/ChangePending");
        assertThat(message()).contains("spec.placement.machineTypes: g2-standard-8 -> g2-standard-16", "next wake");
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);

        world.sleep();
        world.wake();

        assertThat(machine().machineType()).isEqualTo("g2-standard-16");
        assertThat(world.cloud.instances().created()).isEqualTo(1);
        assertThat(world.condition("Drifted")).isEmpty();
        assertThat(plan().currentRun().orElseThrow().offering().machineType()).isEqualTo("g2-standard-16");
    }

    @Test
    @DisplayName(
            "the longest run that the cloud allows is set anew at the next wake, and nothing is set where it is so already")
    void limitsTheNextRun() {
        world.document = World.sample("maxUptimeSeconds: 7200");
        world.generation++;
        world.passes(Duration.ofSeconds(20));
        assertThat(world.condition("Drifted")).contains("TRUE/ChangePending");
        assertThat(message()).contains("spec.power.maxUptimeSeconds: 86400 -> 7200", "next wake");

        world.sleep();
        world.wake();

        assertThat(machine().scheduling()).isEqualTo(Scheduling.stoppedAfter(Duration.ofHours(2)));
        assertThat(machine().provisioning()).isEqualTo(ProvisioningModel.SPOT);
        assertThat(world.condition("Drifted")).isEmpty();
        world.sleep();
        world.wake();
        assertThat(world.effectKinds().stream().filter("SET_SCHEDULING"::equals))
                .hasSize(1);
    }

    @Test
    @DisplayName(
            "a longer run that is asked for while the machine serves changes nothing for this one: it drains before the cloud ends it")
    void endsARunBeforeTheCloudDoes() {
        world.document = World.sample("powerState: Running\nmaxUptimeSeconds: 172800");
        world.generation++;

        world.passes(Duration.ofHours(24));

        assertThat(plan().runs().getFirst().reason()).contains("MaxUptime");
        assertThat(world.cloud.instances().created()).isEqualTo(1);
        assertThat(machine().scheduling()).isEqualTo(Scheduling.stoppedAfter(Duration.ofDays(2)));
    }

    @Test
    @DisplayName(
            "C14 a machine that somebody lets the cloud restart or delete is set right at the next wake, unless the cloud refuses: then it works, and the status says why not")
    void mendsWhatTheCloudDoesByItself() {
        world.cloud.instances().rescheduleFromOutside(machine().id(), new Scheduling(Optional.empty(), true, true));
        world.passes(Duration.ofMinutes(2));
        assertThat(message())
                .contains(
                        "spec.power.maxUptimeSeconds: none -> 86400",
                        "scheduling.terminationAction: DELETE -> STOP",
                        "scheduling.automaticRestart: true -> false");
        world.cloud
                .faults()
                .failEvery("setScheduling", new CloudFailure.PermissionDenied("forbidden", "no setScheduling", null));
        world.sleep();
        world.wake();
        assertThat(message()).contains("it was refused: no setScheduling");

        world.cloud.faults().recover("setScheduling");
        world.passes(Duration.ofMinutes(11));
        world.sleep();
        world.wake();

        assertThat(machine().scheduling()).isEqualTo(Scheduling.stoppedAfter(Duration.ofDays(1)));
        assertThat(world.condition("Drifted")).isEmpty();
    }

    @Test
    @DisplayName(
            "C10 a machine's labels say who made it, at which attempt, and since its last start with which document and term, in the call that claims it")
    void saysWithWhatItWasStarted() {
        Map<String, String> made = machine().labels();
        assertThat(made)
                .containsEntry("pllm-release", "workstation")
                .containsEntry("pllm-generation", "1")
                .containsEntry("pllm-attempt", "1")
                .containsEntry("pllm-epoch", "1")
                .containsKey("pllm-config-hash");
        world.sleep();
        world.document = World.sample("deadManSeconds: 901");
        world.generation++;
        world.effects.clear();

        world.wake();

        assertThat(machine().labels())
                .containsEntry("pllm-generation", "2")
                .containsEntry("pllm-attempt", "1")
                .doesNotContainEntry("pllm-config-hash", made.get("pllm-config-hash"));
        assertThat(world.effectKinds().stream().filter("SET_LABELS"::equals)).hasSize(1);
        world.sleep();
        world.effects.clear();
        world.wake();
        assertThat(world.effectKinds()).doesNotContain("SET_LABELS");
    }

    @Test
    @DisplayName("a disk that is to be larger grows at the next wake, with what is on it")
    void growsTheDiskAtTheNextWake() {
        int before = machine().disk().orElseThrow().sizeGb();
        document(ZONES, TYPE + "\ndisk: {sizeGb: %d}".formatted(before + 72));
        world.passes(Duration.ofSeconds(5));
        assertThat(world.condition("Drifted")).contains("TRUE/ChangePending");

        world.sleep();
        world.wake();

        assertThat(machine().disk().map(Disk::sizeGb)).contains(before + 72);
        assertThat(world.cloud.instances().created()).isEqualTo(1);
        assertThat(world.condition("Drifted")).isEmpty();
        assertThat(plan().holdings().getLast().until()).isEmpty();
    }

    @Test
    @DisplayName("P11 a replacement is listed with what is lost and not made: the machine goes on working as it is")
    void doesNotReplaceUnasked() {
        document("us-central1-b, us-central1-c", TYPE);
        world.sleep();
        world.wake();

        assertThat(world.condition("Drifted")).contains("TRUE/ReplaceRequired");
        assertThat(message())
                .contains(
                        "spec.placement.zones: us-central1-a -> us-central1-b or us-central1-c",
                        "GB and the models on it",
                        "--confirm",
                        "docs/errors/ReplaceRequired.md");
        assertThat(world.condition("Ready")).contains("TRUE/Serving");
        assertThat(machine().id().zone().name()).isEqualTo("us-central1-a");
        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    @Test
    @DisplayName("P11 every field that only another machine can follow is refused in the same way, never half applied")
    void refusesEveryReplacement() {
        document(ZONES, "machineTypes: [g4-standard-48]");
        refused("spec.placement.machineTypes: g2-standard-8 -> g4-standard-48");
        document(ZONES, TYPE + "\nimage: debian-cloud/debian-12");
        refused("spec.placement.image: ");
        document(ZONES, TYPE + "\ndisk: {sizeGb: 50}");
        refused("spec.placement.disk.sizeGb: ");
        document(ZONES, TYPE + "\nprovisioning: Standard");
        refused("spec.placement.provisioning: SPOT -> STANDARD");
        world.document = World.sample(
                "",
                "llama3.2:3b",
                ZONES,
                TYPE,
                "address: Internal, sourceRanges: [%s/32]".formatted(FakeGuests.EGRESS));
        refused("spec.network.address: External -> Internal");
    }

    private void refused(String difference) {
        world.sleep();
        world.wake();
        assertThat(world.condition("Drifted")).contains("TRUE/ReplaceRequired");
        assertThat(message()).contains(difference);
        assertThat(machine().machineType()).isEqualTo("g2-standard-8");
        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    @Test
    @DisplayName("P11 a machine in a network that the document no longer names is still admitted to, in its own")
    void keepsTheRuleInTheMachinesNetwork() {
        String network = machine().network();
        world.document = World.sample("", "llama3.2:3b", ZONES, TYPE, "vpc: office");
        world.generation++;

        world.sleep();
        world.wake();

        assertThat(world.condition("Drifted")).contains("TRUE/ReplaceRequired");
        assertThat(message()).contains("spec.network.vpc: " + network + " -> office");
        assertThat(world.cloud.firewalls().all())
                .allSatisfy(rule -> assertThat(rule.network()).isEqualTo(network));
    }

    @Test
    @DisplayName("a port that changes while the machine serves is admitted only once its guest listens there")
    void keepsThePortUntilTheNextWake() {
        world.document = World.sample("", "llama3.2:3b", ZONES, TYPE, "port: 9090");
        world.generation++;
        world.passes(Duration.ofSeconds(30));
        assertThat(world.cloud.firewalls().all().getFirst().port()).isEqualTo(8080);

        world.sleep();
        world.wake();

        assertThat(world.cloud.firewalls().all().getFirst().port()).isEqualTo(9090);
    }

    @Test
    @DisplayName(
            "P11 with replacePolicy Allow the next wake makes another machine, and the old one goes once that serves")
    void replacesWhenThePolicyAllowsIt() {
        world.document = World.sample("", "llama3.2:3b", "us-central1-b", TYPE, "", "replacePolicy: Allow");
        world.generation++;
        world.passes(Duration.ofSeconds(5));
        assertThat(world.condition("Drifted")).contains("TRUE/Replacing");

        replaced();
    }

    @Test
    @DisplayName("P11 a replacement is made once exactly it was confirmed by its hash, and survives a new process")
    void replacesWhenItWasConfirmed() {
        document("us-central1-b", TYPE);
        world.requests = PowerRequests.NONE.confirming(Optional.of("000000000000"));
        world.passes(Duration.ofSeconds(5));
        assertThat(world.condition("Drifted")).contains("TRUE/ReplaceRequired");

        String hash = message().replaceFirst("(?s).*--confirm ([0-9a-f]{12})'.*", "$1");
        world.requests = PowerRequests.NONE.confirming(Optional.of(hash));
        world.passes(Duration.ofSeconds(5));
        world.requests = PowerRequests.NONE;
        world.restart();

        replaced();
    }

    @Test
    @DisplayName("P11 what was confirmed does not hold for a document that has changed once more")
    void doesNotTakeOneConfirmationForAnother() {
        document("us-central1-b", TYPE);
        world.passes(Duration.ofSeconds(5));
        String hash = message().replaceFirst("(?s).*--confirm ([0-9a-f]{12})'.*", "$1");
        world.requests = PowerRequests.NONE.confirming(Optional.of(hash));
        world.passes(Duration.ofSeconds(5));

        document("us-central1-c", TYPE);
        world.sleep();
        world.wake();

        assertThat(world.condition("Drifted")).contains("TRUE/ReplaceRequired");
        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    private void replaced() {
        Instance first = machine();
        world.sleep();
        world.wake();
        world.until(() -> world.cloud.instances().all().size() == 1);

        assertThat(machine().id()).isNotEqualTo(first.id());
        assertThat(machine().id().zone().name()).isEqualTo("us-central1-b");
        assertThat(world.cloud.instances().doubleBilled()).isEqualTo(Duration.ZERO);
        world.passes(Duration.ofSeconds(5));
        assertThat(world.condition("Drifted")).isEmpty();
    }

    @Test
    @DisplayName(
            "the old machine stays until the new one serves: without capacity nothing is lost, and the old document brings it back")
    void keepsTheOldMachineWhereThereIsNoCapacity() {
        Instance first = machine();
        world.document = World.sample("", "llama3.2:3b", "us-central1-b", TYPE, "", "replacePolicy: Allow");
        world.generation++;
        world.cloud.instances().exhaust(offering("us-central1-b"));
        world.sleep();
        world.request();
        world.passes(Duration.ofMinutes(2));
        assertThat(world.condition("Stalled")).contains("TRUE/NoCapacity");
        assertThat(world.cloud.instances().all()).extracting(Instance::id).containsExactly(first.id());

        document(ZONES, TYPE);
        world.wake();

        assertThat(machine().id()).isEqualTo(first.id());
        assertThat(machine().cloudId()).isEqualTo(first.cloudId());
    }

    @Test
    @DisplayName("a change that the cloud refuses does not keep the machine from its work, and says why")
    void startsAsItIsIfItCannotBeChanged() {
        world.cloud.faults().failEvery("setMachineType", Faults.denied());
        document(ZONES, "machineTypes: [g2-standard-16]");

        world.sleep();
        world.wake();

        assertThat(machine().machineType()).isEqualTo("g2-standard-8");
        assertThat(world.condition("Drifted")).contains("TRUE/ChangePending");
        assertThat(message()).contains("IAM_PERMISSION_DENIED");
        assertThat(world.condition("Ready")).contains("TRUE/Serving");
    }

    @Test
    @DisplayName("R2 an answer to a change that is lost is found again: the machine does not start as it was")
    void doesNotStartUnchangedBecauseAnAnswerIsLost() {
        world.cloud.faults().loseNextAnswer("setMachineType");
        world.cloud.faults().loseNextAnswer("resizeDisk");
        document(ZONES, "machineTypes: [g2-standard-16]\ndisk: {sizeGb: 256}");

        world.sleep();
        world.wake();

        assertThat(machine().machineType()).isEqualTo("g2-standard-16");
        assertThat(machine().disk().map(Disk::sizeGb)).contains(256);
    }

    @Test
    @DisplayName("a type that somebody changed by hand is changed back at the next wake")
    void changesBackWhatWasChangedByHand() {
        world.sleep();
        world.cloud.instances().changeTypeFromOutside(machine().id(), "g2-standard-96");

        world.wake();

        assertThat(machine().machineType()).isEqualTo("g2-standard-8");
    }

    @Test
    @DisplayName(
            "the record of a version that did not write down what a machine was made of differs in nothing that nobody knows")
    void readsARecordThatDoesNotSayWhatTheMachineWasMadeOf() {
        world.sleep();
        var before = world.store.read();
        world.store.compareAndSet(
                before.version(),
                new ResourceState(
                        withoutMade(before.state().plan()), before.state().conditions()));
        world.restart();

        world.wake();

        assertThat(world.condition("Drifted")).isEmpty();
        assertThat(plan().machine().orElseThrow().made().orElseThrow().diskGb())
                .isEqualTo(machine().disk().orElseThrow().sizeGb());
    }

    private static PlanState withoutMade(PlanState plan) {
        try {
            var json = tools.jackson.databind.json.JsonMapper.shared();
            var tree = (tools.jackson.databind.node.ObjectNode) json.valueToTree(plan);
            ((tools.jackson.databind.node.ObjectNode) tree.path("machine")).remove("made");
            return json.treeToValue(tree, PlanState.class);
        } catch (RuntimeException unreadable) {
            throw new AssertionError("a record is not read again", unreadable);
        }
    }

    private static dev.privatellm.machine.cloud.Offering offering(String zone) {
        return new dev.privatellm.machine.cloud.Offering(
                dev.privatellm.machine.cloud.ProvisioningModel.SPOT,
                "g2-standard-8",
                new dev.privatellm.machine.cloud.Zone(zone));
    }

    private void document(String zones, String placement) {
        world.document = World.sample("", "llama3.2:3b", zones, placement);
        world.generation++;
    }

    private Instance machine() {
        return world.cloud.instances().all().getFirst();
    }

    private PlanState plan() {
        return world.store.read().state().plan();
    }

    private String message() {
        return world.last.status().conditions().stream()
                .filter(condition -> condition.type().equals("Drifted"))
                .findFirst()
                .orElseThrow()
                .message();
    }
}
