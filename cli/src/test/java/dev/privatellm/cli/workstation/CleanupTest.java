// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.Asset;
import dev.privatellm.machine.cloud.Bucket;
import dev.privatellm.machine.cloud.FakeClock;
import dev.privatellm.machine.cloud.FakeCloud;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.Inventory;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.ServiceAccount;
import dev.privatellm.machine.cloud.Subnet;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.Names;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.sweep.Claims;
import dev.privatellm.machine.sweep.SweepPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A project full of leftovers, in virtual time. */
class CleanupTest {
    private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");
    private static final String CLUSTER = "cluster-1";
    private static final String OWNER = "gone";
    private static final Map<String, String> LABELS =
            Map.of("managed-by", "private-llm", "pllm-owner", OWNER, "pllm-cluster", CLUSTER);

    private final FakeClock clock = new FakeClock(START);
    private final FakeCloud cloud = new FakeCloud(clock);
    private Claims claims = new Claims(Optional.of(CLUSTER), Map.of(), false);
    private final Cleanup cleanup = new Cleanup(
            cloud.inventory(),
            () -> claims,
            now -> new SweepPolicy(now, Duration.ofHours(24), Optional.empty()),
            clock,
            clock::advance);

    @BeforeEach
    void leaveSomethingOfEveryKind() {
        cloud.networks().plant(new Network("pllm-a", false, Optional.of(new Network.Owner(CLUSTER))));
        cloud.networks().plant(new Subnet("us-central1", "pllm-a", "pllm-a", "10.10.0.0/24", true));
        cloud.instances()
                .plant(
                        new InstanceSpec(
                                Names.of(OWNER).instance(),
                                "pllm-a",
                                "pllm-a",
                                "pllm-a",
                                "image",
                                128,
                                LABELS,
                                Map.of(),
                                "default",
                                Duration.ofDays(1),
                                true,
                                true),
                        new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone("us-central1-a")));
        cloud.firewalls()
                .plant(new FirewallRule(
                        "pllm-a-ingress",
                        "pllm-a",
                        new TreeSet<>(List.of("203.0.113.9/32")),
                        "pllm-a",
                        8080,
                        Optional.of(new FirewallRule.Owner(OWNER, CLUSTER, 1, START.plus(Duration.ofDays(3))))));
        cloud.secrets().ensure("pllm-a-bundle", LABELS, Optional.empty());
        cloud.identities()
                .plant(new ServiceAccount("pllm-a", "pllm-a@x", "managed-by=private-llm pllm-owner=" + OWNER));
        cloud.artifacts()
                .plant(new Bucket(
                        "pllm-a", "us-central1", Map.of("managed-by", "private-llm", "pllm-cluster", CLUSTER)));
        clock.advance(Duration.ofDays(2));
    }

    @Test
    @DisplayName(
            "C13 leftovers of every kind are removed in an order in which nothing is still in use, and only once the cloud says so are they called removed")
    void removesEverythingInOrder() {
        Cleanup.Survey survey = cleanup.look();
        assertThat(survey.removable()).hasSize(7);

        Cleanup.Outcome outcome = cleanup.remove(survey);

        assertThat(outcome.failed()).isEmpty();
        assertThat(outcome.removed())
                .extracting(Asset::kind)
                .containsExactly(
                        Asset.Kind.RULE,
                        Asset.Kind.MACHINE,
                        Asset.Kind.SECRET,
                        Asset.Kind.ACCOUNT,
                        Asset.Kind.BUCKET,
                        Asset.Kind.SUBNET,
                        Asset.Kind.NETWORK);
        assertThat(cleanup.look().findings()).isEmpty();
        assertThat(cloud.instances().all()).isEmpty();
    }

    @Test
    @DisplayName("what fails keeps nothing else from being removed, and all of it is told at the end")
    void triesAllAndTellsWhatFailed() {
        cloud.faults().failEvery("remove SECRET", Faults.denied());
        cloud.faults().failEvery("inventory BUCKET", Faults.lost());

        Cleanup.Survey survey = cleanup.look();
        Cleanup.Outcome outcome = cleanup.remove(survey);

        assertThat(survey.unseen()).containsOnlyKeys(Asset.Kind.BUCKET);
        assertThat(outcome.failed().keySet()).extracting(Asset::kind).containsExactly(Asset.Kind.SECRET);
        assertThat(outcome.removed())
                .extracting(Asset::kind)
                .containsExactly(
                        Asset.Kind.RULE, Asset.Kind.MACHINE, Asset.Kind.ACCOUNT, Asset.Kind.SUBNET, Asset.Kind.NETWORK);
    }

    @Test
    @DisplayName("what a record names by the time of the second look stays, and so does another thing of the same name")
    void looksASecondTime() {
        Cleanup.Survey survey = cleanup.look();
        claims = claims.with(OWNER, new Claims.Claimant("default/llama", PlanState.initial(START)));
        claims = new Claims(claims.cluster(), claims.resources(), true);

        Cleanup.Outcome outcome = cleanup.remove(survey);

        assertThat(outcome.removed()).isEmpty();
        assertThat(outcome.kept().values()).containsOnly("left to the serve that runs");
        assertThat(cloud.instances().all()).hasSize(1);
    }

    @Test
    @DisplayName(
            "C13 an installation that comes to life between the two looks keeps everything that was not gone by then")
    void leavesAnInstallationThatWasWoken() {
        cloud.firewalls().delete("pllm-a-ingress", new RequestId(new UUID(1, 0)));
        clock.advance(Duration.ofMinutes(1));
        claims = Claims.NONE;
        Cleanup named = new Cleanup(
                cloud.inventory(),
                () -> claims,
                now -> new SweepPolicy(now, Duration.ofHours(24), Optional.of(CLUSTER)),
                clock,
                clock::advance);
        Instance machine = cloud.instances().all().getFirst();
        cloud.instances().stop(machine.id(), new RequestId(new UUID(1, 1)));
        clock.advance(Duration.ofHours(1));
        Cleanup.Survey survey = named.look();
        assertThat(survey.removable()).isNotEmpty();
        cloud.instances().start(machine.id(), new RequestId(new UUID(1, 2)));
        clock.advance(Duration.ofMinutes(2));

        Cleanup.Outcome outcome = named.remove(survey);

        assertThat(outcome.removed()).isEmpty();
        assertThat(outcome.kept()).hasSameSizeAs(survey.removable());
        assertThat(cloud.secrets().exists("pllm-a-bundle")).isTrue();
    }

    @Test
    @DisplayName("an answer that was lost is asked for again, and what is gone by then counts as removed")
    void asksAgainAfterALostAnswer() {

        cloud.faults().loseNextAnswer("remove MACHINE");
        cloud.faults().failNextOperation("deleteRule", Faults.denied());

        Cleanup.Outcome outcome = cleanup.remove(cleanup.look());

        assertThat(cloud.instances().all()).isEmpty();
        assertThat(outcome.failed().keySet()).extracting(Asset::kind).contains(Asset.Kind.RULE);
    }

    @Test
    @DisplayName(
            "C13 a removal whose operation the cloud has forgotten is not taken for done: the machine is removed again")
    void removesAgainWhatNobodyKnowsTheEndOf() {
        var forgetful = new ForgetsTheFirst(cloud.inventory());
        var tidy = new Cleanup(
                forgetful,
                () -> claims,
                now -> new SweepPolicy(now, Duration.ofHours(24), Optional.empty()),
                clock,
                clock::advance);

        Cleanup.Outcome outcome = tidy.remove(tidy.look());

        assertThat(cloud.instances().all()).isEmpty();
        assertThat(outcome.removed()).extracting(Asset::kind).contains(Asset.Kind.MACHINE);
        assertThat(forgetful.removals).isEqualTo(2);
    }

    /** Says of the first removal of a machine that it has begun, does nothing, and has forgotten it when it is asked. */
    private static final class ForgetsTheFirst implements Inventory {
        private final Inventory real;
        private final OperationId lost = OperationId.in(new Zone("us-central1-a"), "lost");
        private int removals;

        ForgetsTheFirst(Inventory real) {
            this.real = real;
        }

        @Override
        public List<Asset> list(Asset.Kind kind) {
            return real.list(kind);
        }

        @Override
        public Optional<OperationId> remove(Asset asset, RequestId requestId) {
            if (asset.kind() != Asset.Kind.MACHINE) {
                return real.remove(asset, requestId);
            }
            removals++;
            return removals == 1 ? Optional.of(lost) : real.remove(asset, requestId);
        }

        @Override
        public OperationStatus operation(OperationId id) {
            return id.equals(lost) ? new OperationStatus.Forgotten() : real.operation(id);
        }
    }
}
