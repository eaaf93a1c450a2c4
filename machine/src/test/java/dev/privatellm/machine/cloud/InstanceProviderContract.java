// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@link InstanceProvider} promises, whoever fills it. The cloud must not be so fast that nobody sees a machine stopping. */
public abstract class InstanceProviderContract extends CloudContract {
    private static final InstanceId ID = new InstanceId(ZONE, NAME);

    protected abstract InstanceProvider instances();

    @Test
    void findsNothingWhereNothingIs() {
        assertThat(instances().find(ID)).isEmpty();
        assertThat(instances().findByOwner(OWNER)).isEmpty();
        assertThat(instances().findByResource(RESOURCE)).isEmpty();
    }

    @Test
    void makesAMachineAsSpecifiedWhichThenRuns() {
        running();

        Instance instance = instances().find(ID).orElseThrow();
        assertThat(instance.id()).isEqualTo(ID);
        assertThat(instance.machineType()).isEqualTo("g2-standard-4");
        assertThat(instance.provisioning()).isEqualTo(ProvisioningModel.SPOT);
        assertThat(instance.labels()).containsEntry("pllm-owner", OWNER).containsEntry("managed-by", "private-llm");
        assertThat(instance.metadata()).containsEntry("pllm-config", "{\"schema\":1,\"port\":8080}");
        assertThat(instance.externalAddress()).isPresent();
        assertThat(instance.internalAddress()).isPresent();
        assertThat(instance.cloudId()).isNotEmpty();
        assertThat(instance.createdAt()).isAfter(Instant.EPOCH);
        assertThat(instance.lastStartedAt()).isPresent();
    }

    @Test
    void keepsToldWhatWasBoughtForAStandardMachine() {
        Offering standard = new Offering(ProvisioningModel.STANDARD, "g2-standard-4", ZONE);
        done(instances().insert(spec(NAME, OWNER), standard, newRequest()));

        assertThat(instances().find(ID))
                .hasValueSatisfying(i -> assertThat(i.provisioning()).isEqualTo(ProvisioningModel.STANDARD));
    }

    @Test
    @DisplayName("C14 the same request is the same machine, however often it is sent")
    void makesOneMachineOfOneRequest() {
        RequestId request = newRequest();

        OperationId first = instances().insert(spec(NAME, OWNER), OFFERING, request);
        OperationId again = instances().insert(spec(NAME, OWNER), OFFERING, request);
        done(first);

        assertThat(again).isEqualTo(first);
        assertThat(instances().insert(spec(NAME, OWNER), OFFERING, request)).isEqualTo(first);
        eventually(() -> !instances().findByOwner(OWNER).isEmpty());
        assertThat(instances().findByOwner(OWNER)).hasSize(1);
    }

    @Test
    void refusesASecondMachineOfThatNameInThatZone() {
        instances().insert(spec(NAME, OWNER), OFFERING, newRequest());

        assertThatThrownBy(() -> instances().insert(spec(NAME, "somebody-else"), OFFERING, newRequest()))
                .isInstanceOf(CloudFailure.AlreadyExists.class);
    }

    @Test
    void findsTheMachinesOfAnOwnerInEveryZoneAndStatusButNoOthers() {
        Offering elsewhere = new Offering(ProvisioningModel.SPOT, "g2-standard-4", OTHER_ZONE);
        running();
        done(instances().insert(spec(NAME, OWNER), elsewhere, newRequest()));
        done(instances().insert(spec(new InstanceName("pllm-ffffffffffff"), "somebody-else"), OFFERING, newRequest()));
        done(instances().stop(ID, newRequest()));
        is(InstanceStatus.STOPPED);

        eventually(() -> instances().findByOwner(OWNER).size() == 2
                && !instances().findByOwner("somebody-else").isEmpty());

        assertThat(instances().findByOwner(OWNER))
                .extracting(instance -> instance.id().zone())
                .containsExactlyInAnyOrder(ZONE, OTHER_ZONE);
        assertThat(instances().findByOwner("somebody-else")).hasSize(1);
        assertThat(instances().findByOwner("nobody")).isEmpty();
    }

    @Test
    void findsTheMachinesOfAResourceWhoeverOwnsThemInEveryZoneAndStatusButNoOthers() {
        Offering elsewhere = new Offering(ProvisioningModel.SPOT, "g2-standard-4", OTHER_ZONE);
        InstanceName other = new InstanceName("pllm-ffffffffffff");
        running();
        done(instances().insert(spec(other, "somebody-else"), elsewhere, newRequest()));
        done(instances().insert(spec(other, OWNER, "default_mine2"), OFFERING, newRequest()));
        done(instances().stop(ID, newRequest()));
        is(InstanceStatus.STOPPED);

        eventually(() -> instances().findByResource(RESOURCE).size() == 2
                && !instances().findByResource("default_mine2").isEmpty());

        assertThat(instances().findByResource(RESOURCE))
                .extracting(instance -> instance.labels().get("pllm-owner"))
                .containsExactlyInAnyOrder(OWNER, "somebody-else");
        assertThat(instances().findByResource("default_mine2"))
                .extracting(instance -> instance.labels().get("pllm-owner"))
                .containsExactly(OWNER);
        assertThat(instances().findByResource("default_min")).isEmpty();
    }

    @Test
    @DisplayName("what a machine was built as is told as it was asked for, with power and without")
    void tellsWhatItWasBuiltAs() {
        running();
        InstanceSpec asked = spec(NAME, OWNER);
        // The project's default account is named by the cloud alone.
        String account = instances().find(ID).orElseThrow().build().serviceAccount();
        assertThat(account).isNotEmpty();
        Instance.Build wanted = new Instance.Build(
                asked.subnet(),
                asked.serviceAccount().contains("@") ? asked.serviceAccount() : account,
                asked.hasExternalAddress(),
                asked.hasSecureBoot());
        assertThat(instances().find(ID).orElseThrow().build()).isEqualTo(wanted);

        done(instances().stop(ID, newRequest()));
        is(InstanceStatus.STOPPED);

        assertThat(instances().find(ID).orElseThrow().build()).isEqualTo(wanted);
    }

    @Test
    void stopsAMachineAndStartsItAgainAsTheSameMachine() {
        running();
        Instance before = instances().find(ID).orElseThrow();

        done(instances().stop(ID, newRequest()));
        is(InstanceStatus.STOPPED);
        assertThat(instances().find(ID))
                .hasValueSatisfying(i -> assertThat(i.externalAddress()).isEmpty());
        assertThat(instances().find(ID).orElseThrow().lastStoppedAt().orElseThrow())
                .isAfterOrEqualTo(before.lastStartedAt().orElseThrow());
        assertThat(instances().wasPreempted(ID, before.cloudId(), before.createdAt()))
                .isFalse();
        done(instances().stop(ID, newRequest()));
        done(instances().start(ID, newRequest()));
        is(InstanceStatus.RUNNING);

        Instance after = instances().find(ID).orElseThrow();
        assertThat(after.cloudId()).isEqualTo(before.cloudId());
        assertThat(after.metadata()).isEqualTo(before.metadata());
        assertThat(after.lastStartedAt().orElseThrow())
                .isAfter(before.lastStartedAt().orElseThrow());
    }

    @Test
    @DisplayName("P6 that the cloud took a machine back is told of that machine, and only of what happened since")
    void tellsThatAMachineWasTakenBack() {
        running();
        Instance before = instances().find(ID).orElseThrow();
        Instant start = before.lastStartedAt().orElseThrow();

        preempt(ID);

        is(InstanceStatus.STOPPED);
        assertThat(instances().wasPreempted(ID, before.cloudId(), start)).isTrue();
        assertThat(instances().wasPreempted(ID, "0", start)).isFalse();
        assertThat(instances().wasPreempted(ID, before.cloudId(), start.plus(Duration.ofDays(1))))
                .isFalse();
    }

    /** Takes a spot machine back, as the cloud would. */
    protected abstract void preempt(InstanceId id);

    @Test
    @DisplayName("C11 a machine that is still stopping cannot be started, and says so")
    void refusesToStartAMachineThatIsStillStopping() {
        running();

        instances().stop(ID, newRequest());
        assertThat(instances().find(ID))
                .hasValueSatisfying(i -> assertThat(i.status()).isEqualTo(InstanceStatus.STOPPING));

        assertThatThrownBy(() -> instances().start(ID, newRequest())).isInstanceOf(CloudFailure.NotReady.class);
    }

    @Test
    void takesStartingARunningMachineForASuccess() {
        running();

        done(instances().start(ID, newRequest()));

        is(InstanceStatus.RUNNING);
    }

    @Test
    @DisplayName("C14 a machine is gone only when the cloud says so")
    void removesAMachine() {
        running();

        done(instances().delete(ID, newRequest()));

        eventually(() -> instances().find(ID).isEmpty());
        eventually(() -> instances().findByOwner(OWNER).isEmpty());
        assertThatThrownBy(() -> instances().delete(ID, newRequest())).isInstanceOf(CloudFailure.NotFound.class);
        assertThatThrownBy(() -> instances().start(ID, newRequest())).isInstanceOf(CloudFailure.NotFound.class);
        assertThatThrownBy(() -> instances().stop(ID, newRequest())).isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void makesAnotherMachineUnderAFreedName() {
        running();
        String first = instances().find(ID).orElseThrow().cloudId();
        done(instances().delete(ID, newRequest()));
        eventually(() -> instances().find(ID).isEmpty());

        running();

        assertThat(instances().find(ID))
                .hasValueSatisfying(i -> assertThat(i.cloudId()).isNotEqualTo(first));
    }

    @Test
    @DisplayName(
            "E6 an instance of nobody's becomes ours with tag and labels and stays what it is; one of somebody else's does not")
    void makesAnInstanceOursUnlessItIsSomebodyElses() {
        Map<String, String> own = Map.of("colour", "blue");
        done(instances().insert(labelled(spec(NAME, OWNER), own), OFFERING, newRequest()));
        Instance before = instances().find(ID).orElseThrow();

        done(instances().claim(ID, new Claim.Tag("pllm-ours"), OWNER, newRequest()));
        done(instances().claim(ID, new Claim.Labels(Map.of("pllm-owner", OWNER)), OWNER, newRequest()));

        Instance after = instances().find(ID).orElseThrow();
        assertThat(after.tags()).containsExactly("pllm-ours");
        assertThat(after.labels()).containsEntry("pllm-owner", OWNER).containsEntry("colour", "blue");
        assertThat(after.cloudId()).isEqualTo(before.cloudId());
        assertThat(after.metadata()).isEqualTo(before.metadata());
        assertThat(instances().findByOwner(OWNER)).hasSize(1);
        done(instances().claim(ID, new Claim.Labels(Map.of("pllm-owner", OWNER)), OWNER, newRequest()));
        for (Claim claim : List.of(new Claim.Tag("theirs"), new Claim.Labels(Map.of("pllm-owner", "other")))) {
            assertThatThrownBy(() -> instances().claim(ID, claim, "other", newRequest()))
                    .isInstanceOf(CloudFailure.Conflict.class);
        }
        assertThat(instances().find(ID).orElseThrow().tags()).containsExactly("pllm-ours");
    }

    private static InstanceSpec labelled(InstanceSpec spec, Map<String, String> labels) {
        return new InstanceSpec(
                spec.name(),
                spec.network(),
                spec.subnet(),
                spec.targetTag(),
                spec.image(),
                spec.diskSizeGb(),
                labels,
                spec.metadata(),
                spec.serviceAccount(),
                spec.maxRunDuration(),
                spec.hasExternalAddress(),
                spec.hasSecureBoot());
    }

    @Test
    void replacesTheWholeMetadataOnlyOnTopOfWhatWasRead() {
        running();
        Instance read = instances().find(ID).orElseThrow();
        Map<String, String> changed =
                new HashMap<>(Map.of("pllm-config", "{\"schema\":1,\"port\":8080,\"secretVersion\":\"v/2\"}"));

        done(instances().setMetadata(ID, changed, read.metadataFingerprint(), newRequest()));

        assertThat(instances().find(ID)).hasValueSatisfying(i -> {
            assertThat(i.metadata()).isEqualTo(changed);
            assertThat(i.metadataFingerprint()).isNotEqualTo(read.metadataFingerprint());
        });
        assertThatThrownBy(() -> instances().setMetadata(ID, Map.of(), read.metadataFingerprint(), newRequest()))
                .isInstanceOf(CloudFailure.Conflict.class);
        assertThat(instances().find(ID))
                .hasValueSatisfying(i -> assertThat(i.metadata()).isEqualTo(changed));
    }

    @Test
    @DisplayName("a machine without power becomes one of another type, one with power does not")
    void changesTheTypeOfAStoppedMachineOnly() {
        running();
        assertThatThrownBy(() -> instances().setMachineType(ID, "g2-standard-8", newRequest()))
                .isInstanceOf(CloudFailure.NotReady.class);
        done(instances().stop(ID, newRequest()));
        is(InstanceStatus.STOPPED);
        RequestId request = newRequest();

        done(instances().setMachineType(ID, "g2-standard-8", request));

        assertThat(instances().setMachineType(ID, "g2-standard-8", request)).isNotNull();
        assertThat(instances().find(ID))
                .hasValueSatisfying(i -> assertThat(i.machineType()).isEqualTo("g2-standard-8"));
    }

    @Test
    @DisplayName("the longest run of a machine is set anew without power only, and how it is bought stays")
    void reschedulesAStoppedMachineOnly() {
        running();
        ProvisioningModel bought = instances().find(ID).orElseThrow().provisioning();
        assertThat(instances().find(ID).orElseThrow().scheduling())
                .isEqualTo(Scheduling.stoppedAfter(spec(NAME, OWNER).maxRunDuration()));
        assertThatThrownBy(() -> instances().setScheduling(ID, OFFERING, Duration.ofHours(2), newRequest()))
                .isInstanceOf(CloudFailure.NotReady.class);
        done(instances().stop(ID, newRequest()));
        is(InstanceStatus.STOPPED);
        RequestId request = newRequest();

        done(instances().setScheduling(ID, OFFERING, Duration.ofHours(2), request));

        assertThat(instances().setScheduling(ID, OFFERING, Duration.ofHours(2), request))
                .isNotNull();
        assertThat(instances().find(ID)).hasValueSatisfying(i -> {
            assertThat(i.scheduling()).isEqualTo(Scheduling.stoppedAfter(Duration.ofHours(2)));
            assertThat(i.provisioning()).isEqualTo(bought);
        });
    }

    @Test
    @DisplayName("a disk grows and does not shrink")
    void letsADiskGrow() {
        running();
        Instance before = instances().find(ID).orElseThrow();
        Disk disk = before.disk().orElseThrow();
        done(instances().stop(ID, newRequest()));
        is(InstanceStatus.STOPPED);

        done(instances().resizeDisk(ID, disk.name(), disk.sizeGb() + 100, newRequest()));

        assertThat(instances().find(ID).flatMap(Instance::disk)).contains(new Disk(disk.name(), disk.sizeGb() + 100));
        assertThatThrownBy(() -> instances().resizeDisk(ID, disk.name(), disk.sizeGb(), newRequest()))
                .isInstanceOf(CloudFailure.InvalidRequest.class);
        assertThat(before.network()).isEqualTo(spec(NAME, OWNER).network());
    }

    @Test
    @DisplayName(
            "S1 a guest attribute that nobody wrote is not there, and no more is that of a machine that is not there")
    void hasNoGuestAttributeThatNobodyWrote() {
        assertThat(instances().guestAttribute(ID, "pllm/csr")).isEmpty();

        running();

        assertThat(instances().guestAttribute(ID, "pllm/csr")).isEmpty();
    }

    @Test
    void replacesLabelsForWhoeverHasReadThemLast() {
        instances().insert(spec(NAME, OWNER), OFFERING, newRequest());
        InstanceId id = new InstanceId(ZONE, NAME);
        eventually(() -> instances()
                .find(id)
                .filter(found -> found.status() == InstanceStatus.RUNNING)
                .isPresent());
        Instance read = instances().find(id).orElseThrow();
        Map<String, String> claimed = new HashMap<>(read.labels());
        claimed.put(LabelTime.HOLDER, "somebody");
        claimed.put(LabelTime.LEASE, LabelTime.write(Instant.parse("2026-11-21T08:40:00Z")));

        instances().setLabels(id, claimed, read.labelFingerprint(), newRequest());

        eventually(() -> instances().find(id).orElseThrow().labels().equals(claimed));
        assertThatThrownBy(() -> instances().setLabels(id, read.labels(), read.labelFingerprint(), newRequest()))
                .isInstanceOf(CloudFailure.Conflict.class);
        assertThat(LabelTime.read(instances().find(id).orElseThrow().labels().get(LabelTime.LEASE)))
                .contains(Instant.parse("2026-11-21T08:40:00Z"));
    }

    @Test
    void showsTheConsoleOfAMachineThatIsThere() {
        assertThat(instances().console(ID)).isEmpty();

        running();

        assertThat(instances().console(ID)).isPresent();
    }

    @Test
    void hasForgottenOperationsThatItNeverKnew() {
        assertThat(instances().operation(OperationId.in(ZONE, "operation-never")))
                .isInstanceOf(OperationStatus.Forgotten.class);
    }

    private void running() {
        done(instances().insert(spec(NAME, OWNER), OFFERING, newRequest()));
        is(InstanceStatus.RUNNING);
    }

    private void is(InstanceStatus status) {
        eventually(() -> instances().find(ID).filter(i -> i.status() == status).isPresent());
    }

    private void done(OperationId id) {
        eventually(() -> !(instances().operation(id) instanceof OperationStatus.Running));
        assertThat(instances().operation(id)).isInstanceOf(OperationStatus.Done.class);
    }
}
