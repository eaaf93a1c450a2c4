// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.machine.cloud.FakeClock;
import dev.privatellm.machine.cloud.FakeCloud;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.LabelTime;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.Names;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.sweep.Claims;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A controller that runs, and machines that nobody answers for, in virtual time. */
class OrphanSweepTest {
    private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");
    private static final String CLUSTER = "cluster-1";
    private static final String OWNER = "owner-on-no-record";
    private static final String HOLDER = "this-folder";
    private static final Zone ZONE = new Zone("us-central1-a");
    private static final InstanceId ORPHAN =
            new InstanceId(ZONE, Names.of(OWNER).instance());

    private final FakeClock clock = new FakeClock(START);
    private final FakeCloud cloud = new FakeCloud(clock);
    private Supplier<Claims> records = () -> claims(Map.of("somebody", "default/llama"));
    private boolean isKept;
    private OrphanSweep sweep = newSweep();

    @Test
    @DisplayName(
            "C13 a machine that no record answers for is marked within five minutes, kept for ten more, and gone within twenty of its loss")
    void marksThenRemoves() {
        sweep.pass();
        clock.advance(Duration.ofMinutes(1));
        plant(Names.of(OWNER).instance(), CLUSTER);
        Instant loss = clock.instant();
        label(LabelTime.HOLDER, HOLDER, LabelTime.LEASE, LabelTime.write(loss.plus(Duration.ofMinutes(40))));
        clock.advance(Duration.ofMinutes(4));
        sweep.pass();
        assertThat(mark()).hasValueSatisfying(at -> assertThat(at).isBefore(loss.plus(Duration.ofMinutes(5))));

        passes(1);
        assertThat(machines()).containsExactly(ORPHAN);
        passes(1);

        assertThat(machines()).isEmpty();
        assertThat(clock.instant()).isBefore(loss.plus(Duration.ofMinutes(20)));
    }

    @Test
    void leavesTheCloudAloneWhileNothingIsToBeChanged() {
        isKept = true;
        plant(Names.of(OWNER).instance(), CLUSTER);
        long before = cloud.faults().calls().size();

        passes(20);

        assertThat(cloud.faults().calls()).hasSize((int) before);
        assertThat(machines()).containsExactly(ORPHAN);
    }

    @Test
    @DisplayName("C13 an old mark proves nothing to a controller that begins: it needs a second look of its own")
    void anOldMarkProvesNothing() {
        plant(Names.of(OWNER).instance(), CLUSTER);
        clock.advance(Duration.ofMinutes(11));
        sweep.pass();
        assertThat(mark()).isPresent();
        clock.advance(Duration.ofDays(30));
        sweep = newSweep();

        sweep.pass();
        assertThat(machines()).containsExactly(ORPHAN);
        clock.advance(OrphanSweep.PERIOD);
        sweep.pass();

        assertThat(machines()).isEmpty();
    }

    @Test
    @DisplayName("C13 a machine that a record answers for by the second look stays, however long it is marked")
    void staysOnceSomebodyAnswersForIt() {
        plant(Names.of(OWNER).instance(), CLUSTER);
        clock.advance(Duration.ofMinutes(11));
        sweep.pass();
        assertThat(mark()).isPresent();
        records = () -> claims(Map.of(OWNER, "default/mine"));

        passes(12);

        assertThat(machines()).containsExactly(ORPHAN);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"another installation", "no installation", "taken over", "held", "written anew"})
    @DisplayName("S4 C9 what is not proved to be left over is neither marked nor removed")
    void leavesWhatIsNotProved(String why) {
        InstanceName name = Names.of(OWNER).instance();
        switch (why) {
            case "another installation" -> plant(name, "cluster-2");
            case "no installation" -> plant(name, "");
            case "taken over" -> plant(new InstanceName("my-old-machine"), CLUSTER);
            case "held" -> {
                plant(name, CLUSTER);
                label(
                        LabelTime.HOLDER,
                        "somebody",
                        LabelTime.LEASE,
                        LabelTime.write(START.plus(Duration.ofMinutes(70))));
            }
            case "written anew" -> {
                plant(name, CLUSTER);
                records = () -> new Claims(Optional.of(CLUSTER), Map.of(), true, true);
            }
            default -> throw new IllegalArgumentException(why);
        }
        List<Instance> before = cloud.instances().all();

        passes(12);

        assertThat(cloud.instances().all())
                .extracting(Instance::id, Instance::labels)
                .containsExactlyElementsOf(before.stream()
                        .map(machine -> org.assertj.core.groups.Tuple.tuple(machine.id(), machine.labels()))
                        .toList());
    }

    @ParameterizedTest(name = "records: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("P10 C13 a look that failed proves nothing, and the proofs begin anew after it")
    void aFailedLookProvesNothing(boolean isOfRecords) {
        plant(Names.of(OWNER).instance(), CLUSTER);
        clock.advance(Duration.ofMinutes(11));
        sweep.pass();
        clock.advance(Duration.ofMinutes(11));
        Supplier<Claims> sound = records;
        if (isOfRecords) {
            records = () -> {
                throw new WorkstationFailure(Reason.STATE_UNWRITABLE, "cannot be read");
            };
        } else {
            cloud.faults().failEvery("inventory MACHINE", Faults.lost());
        }
        sweep.pass();
        records = sound;
        cloud.faults().recover("inventory MACHINE");
        clock.advance(OrphanSweep.PERIOD);

        sweep.pass();

        assertThat(machines()).containsExactly(ORPHAN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"another-copy", HOLDER})
    @DisplayName("C9 a machine that a copy of this folder held last stays, for as long as nobody removes it by hand")
    void sparesWhatAnotherCopyHeld(String last) {
        plant(Names.of(OWNER).instance(), CLUSTER);
        Instance machine = cloud.instances().find(ORPHAN).orElseThrow();
        Map<String, String> labels = new HashMap<>(machine.labels());
        labels.put(LabelTime.HOLDER, last);
        labels.put(LabelTime.LEASE, LabelTime.write(clock.instant()));
        cloud.instances().setLabels(ORPHAN, labels, machine.labelFingerprint(), new RequestId(UUID.randomUUID()));

        passes(30);

        assertThat(machines().contains(ORPHAN)).isEqualTo(!last.equals(HOLDER));
    }

    @Test
    @DisplayName("a pass over a project in order is one list, whatever is there")
    void takesOneListInSteadyState() {
        plant(Names.of("somebody").instance(), CLUSTER);
        plant(new InstanceName("my-own"), "cluster-2");
        int before = cloud.faults().calls().size();

        passes(12);

        assertThat(cloud.faults().calls().stream().skip(before)).hasSize(12).containsOnly("inventory MACHINE");
    }

    private OrphanSweep newSweep() {
        return new OrphanSweep(cloud.inventory(), cloud.instances(), () -> records.get(), HOLDER, () -> isKept, clock);
    }

    private void passes(int times) {
        for (int pass = 0; pass < times; pass++) {
            clock.advance(OrphanSweep.PERIOD);
            sweep.pass();
        }
    }

    private static Claims claims(Map<String, String> resources) {
        Claims claims = new Claims(Optional.of(CLUSTER), Map.of(), true);
        for (Map.Entry<String, String> resource : resources.entrySet()) {
            claims = claims.with(resource.getKey(), new Claims.Claimant(resource.getValue(), PlanState.initial(START)));
        }
        return claims;
    }

    private Optional<Instant> mark() {
        return cloud.instances()
                .find(ORPHAN)
                .map(machine -> machine.labels().get(LabelTime.ORPHAN_SINCE))
                .flatMap(LabelTime::read);
    }

    private List<InstanceId> machines() {
        clock.advance(Duration.ofSeconds(30));
        return cloud.instances().all().stream().map(Instance::id).toList();
    }

    private void label(String... keysAndValues) {
        Instance machine = cloud.instances().find(ORPHAN).orElseThrow();
        Map<String, String> labels = new HashMap<>(machine.labels());
        for (int at = 0; at < keysAndValues.length; at += 2) {
            labels.put(keysAndValues[at], keysAndValues[at + 1]);
        }
        cloud.instances().setLabels(ORPHAN, labels, machine.labelFingerprint(), new RequestId(UUID.randomUUID()));
    }

    private void plant(InstanceName name, String cluster) {
        Map<String, String> labels = new HashMap<>(Map.of(
                "managed-by",
                "private-llm",
                "pllm-owner",
                name.equals(Names.of("somebody").instance()) ? "somebody" : OWNER));
        if (!cluster.isEmpty()) {
            labels.put("pllm-cluster", cluster);
        }
        cloud.instances()
                .plant(
                        new InstanceSpec(
                                name,
                                "default",
                                "",
                                "tag",
                                "image",
                                128,
                                labels,
                                Map.of(),
                                "default",
                                Duration.ofDays(1),
                                true,
                                true),
                        new Offering(ProvisioningModel.SPOT, "g2-standard-8", ZONE));
    }
}
