// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.Asset;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.ProjectProvider.Task;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Subnet;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Machines that are reached within a network, or are in a network of another project. */
@ExtendWith(Emulator.class)
@Execution(ExecutionMode.CONCURRENT)
class NetworkPlacementTest {
    private final String project = Emulator.newProject();
    private GoogleCloudProvider provider;

    @BeforeEach
    void connect() {
        provider = Emulator.connect(project);
    }

    @AfterEach
    void disconnect() {
        provider.close();
    }

    private static RequestId fresh() {
        return new RequestId(UUID.randomUUID());
    }

    @Test
    @DisplayName(
            "a machine without an external address is made where they are forbidden, and has the one in its network")
    void makesAMachineWithoutAnExternalAddress() throws Exception {
        Emulator.project(project, "\"externalAddresses\": false");
        InstanceSpec usual = Samples.machine("default");
        InstanceSpec within = new InstanceSpec(
                usual.name(),
                usual.network(),
                usual.subnet(),
                usual.targetTag(),
                usual.image(),
                usual.diskSizeGb(),
                usual.labels(),
                usual.metadata(),
                usual.serviceAccount(),
                usual.maxRunDuration(),
                false,
                false);
        Offering offering = Samples.offering(ProvisioningModel.SPOT, "g2-standard-4");
        InstanceId id = new InstanceId(offering.zone(), within.name());

        provider.instances().insert(within, offering, fresh());
        Emulator.eventually(() -> provider.instances()
                .find(id)
                .filter(found -> found.status() == InstanceStatus.RUNNING)
                .isPresent());

        assertThat(provider.instances().find(id)).hasValueSatisfying(found -> {
            assertThat(found.externalAddress()).isEmpty();
            assertThat(found.internalAddress()).isPresent();
        });
        provider.instances().delete(id, fresh());
    }

    @Test
    @DisplayName(
            "in a project that shares another one's network, rules and their permissions are the other one's, and machines name its subnet")
    void usesASharedNetwork() throws Exception {
        String host = Emulator.newProject();
        try (GoogleCloudProvider owner = Emulator.connect(host);
                GoogleCloudProvider guest = Emulator.connect(project, host)) {
            Network office = new Network("pllm-office", false, Optional.of(new Network.Owner("c1")));
            Subnet machines = new Subnet("us-central1", "pllm-machines", office.name(), "10.20.0.0/24", true);
            done(owner, owner.networks().insert(office, fresh()));
            done(owner, owner.networks().insertSubnet(machines, fresh()));
            FirewallRule rule = rule(office.name());
            Emulator.project(host, "\"denied\": [\"compute.firewalls.update\"]");

            assertThatThrownBy(() -> insertInto(guest, office, machines))
                    .isInstanceOf(CloudFailure.class)
                    .hasMessageContaining("Cross-project references");
            Emulator.project(project, "\"sharedVpcHost\": \"%s\"".formatted(host));
            insertInto(guest, office, machines);
            guest.firewalls().insert(rule, fresh());

            assertThat(owner.firewalls().find(rule.name())).isPresent();
            assertThat(provider.firewalls().find(rule.name())).isEmpty();
            assertThat(guest.project().missingPermissions(EnumSet.allOf(Task.class)))
                    .containsExactly("compute.firewalls.update (in %s)".formatted(host));
        }
    }

    @Test
    @DisplayName(
            "S3 whoever tidies up finds and removes rules in the project that shares its network, too, each where it stands")
    void tidiesUpInTheProjectOfTheNetwork() {
        String host = Emulator.newProject();
        try (GoogleCloudProvider owner = Emulator.connect(host);
                GoogleCloudProvider guest = Emulator.connect(project, host)) {
            FirewallRule rule = rule("default");
            guest.firewalls().insert(rule, fresh());
            provider.firewalls().insert(rule, fresh());
            // Lists show late what was made.
            Emulator.eventually(() -> guest.inventory().list(Asset.Kind.RULE).size() == 2);

            assertThat(provider.inventory().list(Asset.Kind.RULE)).hasSize(1);
            List<Asset> found = guest.inventory().list(Asset.Kind.RULE);
            assertThat(found).extracting(Asset::place).containsExactlyInAnyOrder("", host);
            Asset shared = found.stream()
                    .filter(asset -> asset.place().equals(host))
                    .findFirst()
                    .orElseThrow();
            OperationId removal = guest.inventory().remove(shared, fresh()).orElseThrow();
            Emulator.eventually(() -> guest.inventory().operation(removal) instanceof OperationStatus.Done);

            assertThat(owner.firewalls().find(rule.name())).isEmpty();
            assertThat(provider.firewalls().find(rule.name())).isPresent();
        }
    }

    private static FirewallRule rule(String network) {
        return new FirewallRule(
                "pllm-shared-ingress",
                network,
                new TreeSet<>(Set.of("198.51.100.7/32")),
                "pllm-tag",
                8080,
                Optional.of(new FirewallRule.Owner("uid-1", "c1", 1, Instant.parse("2026-11-21T10:00:00Z"))));
    }

    private static void insertInto(GoogleCloudProvider provider, Network network, Subnet subnet) {
        InstanceSpec usual = Samples.machine("default");
        provider.instances()
                .insert(
                        new InstanceSpec(
                                usual.name(),
                                network.name(),
                                subnet.name(),
                                usual.targetTag(),
                                usual.image(),
                                usual.diskSizeGb(),
                                usual.labels(),
                                usual.metadata(),
                                usual.serviceAccount(),
                                usual.maxRunDuration(),
                                true,
                                true),
                        Samples.offering(ProvisioningModel.SPOT, "g2-standard-4"),
                        fresh());
    }

    private static void done(GoogleCloudProvider provider, OperationId operation) {
        Emulator.eventually(() -> provider.networks().operation(operation) instanceof OperationStatus.Done);
    }
}
