// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What {@link Inventory} promises, whoever fills it. */
public abstract class InventoryContract extends CloudContract {
    private static final String CLUSTER = "cluster-1";
    private static final Instant END = Instant.parse("2026-11-21T10:00:00Z");
    private static final Map<String, String> LABELS =
            Map.of("managed-by", "private-llm", "pllm-owner", OWNER, "pllm-cluster", CLUSTER, "pllm-release", "r1");

    protected abstract Inventory inventory();

    protected abstract InstanceProvider instances();

    protected abstract FirewallProvider firewalls();

    protected abstract SecretStore secrets();

    protected abstract NetworkProvider networks();

    protected abstract IdentityProvider identities();

    protected abstract ArtifactStore artifacts();

    @Test
    void findsNothingWhereNothingIs() {
        for (Asset.Kind kind : Asset.Kind.values()) {
            assertThat(inventory().list(kind)).as(kind.name()).isEmpty();
        }
    }

    @Test
    void tellsOfEveryKindWhoseItIsAndRemovesIt() {
        makeAll(NAME.value());
        for (Asset.Kind kind : List.of(
                Asset.Kind.RULE,
                Asset.Kind.MACHINE,
                Asset.Kind.SECRET,
                Asset.Kind.ACCOUNT,
                Asset.Kind.BUCKET,
                Asset.Kind.SUBNET,
                Asset.Kind.NETWORK)) {
            eventually(() -> !inventory().list(kind).isEmpty());
            Asset found = only(kind);
            boolean isShared = kind == Asset.Kind.BUCKET || kind == Asset.Kind.SUBNET || kind == Asset.Kind.NETWORK;
            assertThat(found.name()).startsWith(NAME.value());
            assertThat(found.owner()).as(kind.name()).isEqualTo(isShared ? Optional.empty() : Optional.of(OWNER));
            assertThat(found.cluster())
                    .as(kind.name())
                    .isEqualTo(
                            kind == Asset.Kind.ACCOUNT || kind == Asset.Kind.MACHINE
                                    ? Optional.empty()
                                    : Optional.of(CLUSTER));
            assertThat(found.release())
                    .as(kind.name())
                    .isEqualTo(kind == Asset.Kind.SECRET ? Optional.of("r1") : Optional.empty());
            assertThat(found.createdAt().isPresent()).as(kind.name()).isEqualTo(kind != Asset.Kind.ACCOUNT);
            assertThat(found.heldUntil()).isEqualTo(kind == Asset.Kind.RULE ? Optional.of(END) : Optional.empty());

            inventory().remove(found, newRequest()).ifPresent(this::done);

            eventually(() -> inventory().list(kind).isEmpty());
            assertThatThrownBy(() -> inventory().remove(found, newRequest()))
                    .as(kind.name())
                    .isInstanceOf(CloudFailure.NotFound.class);
        }
    }

    @Test
    void leavesOutWhatDoesNotSayThatWeMadeIt() {
        networks().insert(new Network("pllm-somebody-elses", false, Optional.empty()), newRequest());
        identities().create("pllm-0123456789ac", "Somebody", "a person's own account");
        FirewallRule theirs = new FirewallRule(
                "pllm-0123456789ac-ingress",
                "default",
                new TreeSet<>(List.of("203.0.113.9/32")),
                "tag",
                8080,
                Optional.empty());
        eventually(() -> isAccepted(() -> firewalls().insert(theirs, newRequest())));
        eventually(() -> networks().find("pllm-somebody-elses").isPresent()
                && !firewalls().list().isEmpty());

        for (Asset.Kind kind : Asset.Kind.values()) {
            assertThat(inventory().list(kind)).as(kind.name()).isEmpty();
        }
    }

    private Asset only(Asset.Kind kind) {
        List<Asset> found = inventory().list(kind);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private void makeAll(String name) {
        networks().insert(new Network(name, false, Optional.of(new Network.Owner(CLUSTER))), newRequest());
        eventually(() -> networks().find(name).isPresent());
        Subnet subnet = new Subnet("us-central1", name, name, "10.10.0.0/24", true);
        eventually(() -> isAccepted(() -> networks().insertSubnet(subnet, newRequest())));
        eventually(() -> !networks().subnets(name).isEmpty());
        FirewallRule rule = new FirewallRule(
                name + "-ingress",
                "default",
                new TreeSet<>(List.of("203.0.113.9/32")),
                name,
                8080,
                Optional.of(new FirewallRule.Owner(OWNER, CLUSTER, 1, END)));
        eventually(() -> isAccepted(() -> firewalls().insert(rule, newRequest())));
        instances().insert(spec(NAME, OWNER), OFFERING, newRequest());
        secrets().ensure(name + "-bundle", LABELS, Optional.empty());
        identities().create(name, "Private LLM", "managed-by=private-llm pllm-owner=" + OWNER);
        artifacts()
                .create(new Bucket(
                        name + "-" + bucketSuffix(),
                        "us-central1",
                        Map.of("managed-by", "private-llm", "pllm-cluster", CLUSTER)));
    }

    /** Names of buckets are everybody's. */
    protected String bucketSuffix() {
        return "b";
    }

    private static boolean isAccepted(Runnable mutation) {
        try {
            mutation.run();
            return true;
        } catch (CloudFailure.NotReady | CloudFailure.AlreadyExists e) {
            return e instanceof CloudFailure.AlreadyExists;
        }
    }

    private void done(OperationId id) {
        eventually(() -> !(inventory().operation(id) instanceof OperationStatus.Running));
        assertThat(inventory().operation(id)).isInstanceOf(OperationStatus.Done.class);
    }
}
