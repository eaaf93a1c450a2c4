// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static dev.privatellm.lab.gcp.Clients.PROJECT;
import static dev.privatellm.lab.gcp.Clients.REGION;
import static dev.privatellm.lab.gcp.Clients.ZONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.cloud.compute.v1.DeleteFirewallRequest;
import com.google.cloud.compute.v1.DeleteInstanceRequest;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.Network;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.Subnetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {

    private static GoogleCloud cloud;
    private static Clients clients;

    private final String name = Clients.newName();
    private final NetworkCalls network = new NetworkCalls(clients, name);
    private final Network custom = network.custom();

    @BeforeAll
    static void startCloud() throws IOException {
        cloud = GoogleCloud.start(GoogleCloudOptions.defaults()
                .withBoot(Duration.ZERO)
                .withLags(Lags.none())
                .withGuest(List.of("sleep", "300")));
        clients = new Clients(cloud);
    }

    @AfterAll
    static void closeCloud() throws IOException {
        clients.close();
        cloud.close();
    }

    @Test
    void makesANetworkWithoutSubnetworksAndKnowsItsRequestAgain() {
        UUID requestId = UUID.randomUUID();
        Operation begun = network.insert(custom, requestId);
        assertThat(network.insert(custom, requestId).getName()).isEqualTo(begun.getName());
        assertThat(clients.await(begun).hasError()).isFalse();
        Network made = clients.networks.get(PROJECT, name);
        assertThat(made.getAutoCreateSubnetworks()).isFalse();
        assertThat(made.getMtu()).isEqualTo(1460);
        assertThat(made.getSubnetworksList()).isEmpty();
        exists(() -> network.insert(custom, UUID.randomUUID()));
        assertThat(clients.networks.list(PROJECT).iterateAll())
                .extracting(Network::getName)
                .contains("default", name);
        assertThat(clients.networks.get(PROJECT, "default").getAutoCreateSubnetworks())
                .isTrue();
    }

    @Test
    void refusesANetworkThatIsNone() {
        refused(() -> network.insert(custom.toBuilder().setName("Upper").build(), UUID.randomUUID()), "resource.name");
        refused(
                () -> network.insert(
                        custom.toBuilder().clearAutoCreateSubnetworks().build(), UUID.randomUUID()),
                "egacy");
        refused(() -> network.insert(custom.toBuilder().setMtu(1200).build(), UUID.randomUUID()), "resource.mtu");
        assertThatThrownBy(() -> network.insert(
                        custom.toBuilder().setAutoCreateSubnetworks(true).build(), UUID.randomUUID()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("not implemented");
    }

    @Test
    void makesASubnetworkOfTheNetworkInItsRegion() {
        network.done(network.insert());
        Operation begun = network.insertSubnet("10.10.0.0/24");
        assertThat(begun.getRegion()).endsWith("/regions/" + REGION);
        assertThat(clients.await(begun).hasError()).isFalse();
        Subnetwork made = clients.subnetworks.get(PROJECT, REGION, name);
        assertThat(made.getGatewayAddress()).isEqualTo("10.10.0.1");
        assertThat(made.getPrivateIpGoogleAccess()).isTrue();
        assertThat(made.getFingerprint()).isNotEmpty();
        assertThat(clients.networks.get(PROJECT, name).getSubnetworksList()).containsExactly(made.getSelfLink());
        assertThat(clients.subnetworks.list(PROJECT, REGION).iterateAll())
                .extracting(Subnetwork::getName)
                .contains(name);
        clients.subnetworks
                .aggregatedList(PROJECT)
                .iterateAll()
                .forEach(scope -> assertThat(
                                scope.getValue().getSubnetworksList().stream().anyMatch(made::equals))
                        .isEqualTo(scope.getKey().equals("regions/" + REGION)));
        exists(() -> network.insertSubnet("10.11.0.0/24"));
    }

    @Test
    void refusesARangeThatOverlapsAnotherOfTheNetworkInAnyRegion() {
        network.done(network.insert());
        network.done(network.insertSubnet("10.10.0.0/24"));
        Subnetwork wider = network.subnet("10.10.0.0/16");
        refused(
                () -> network.insertSubnet("europe-west4", wider),
                "Invalid IPCidrRange: 10.10.0.0/16 conflicts with existing subnetwork '%s' in region '%s'."
                        .formatted(name, REGION));
        assertThat(network.insertSubnet("europe-west4", network.subnet("10.10.1.0/24"))
                        .getName())
                .isNotEmpty();
        Subnetwork inDefault = wider.toBuilder()
                .setName(name + "-other")
                .setNetwork("global/networks/default")
                .setIpCidrRange("10.130.0.0/16")
                .build();
        refused(() -> network.insertSubnet(REGION, inDefault), "cannot overlap with 10.128.0.0/9");
    }

    @ParameterizedTest
    @CsvSource({
        "10.10.0.1/24, host bits",
        "10.10.0.0/30, prefix length",
        "10.0.0.0, CIDR",
        "10.10.0.0/33, CIDR",
        "fd20::/64, CIDR",
        "127.10.0.0/24, prohibited",
        "169.254.1.0/24, prohibited"
    })
    void refusesARangeThatIsNone(String range, String naming) {
        Subnetwork wrong = network.subnet(range).toBuilder()
                .setNetwork("global/networks/default")
                .build();
        refused(() -> network.insertSubnet(REGION, wrong), naming);
    }

    @Test
    void refusesASubnetworkOfANetworkOrARegionThatIsNotThere() {
        refused(() -> network.insertSubnet("10.10.0.0/24"), "The referenced network resource cannot be found.");
        assertThatThrownBy(() -> network.insertSubnet("moon-north1", network.subnet("10.10.0.0/24")))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void keepsANetworkWhileASubnetworkARuleOrAMachineUsesIt() {
        network.done(network.insert());
        network.done(network.insertSubnet("10.10.0.0/24"));
        inUse("/regions/us-central1/subnetworks/" + name);
        Instance machine = inSubnet(name);
        clients.await(clients.instances.insertCallable().call(Clients.insert(machine, ZONE, UUID.randomUUID())));
        refused(network::deleteSubnet, "is already being used by 'projects/rehearsal-1/zones/us-central1-a/instances/");
        assertThat(clients.get(ZONE, name).getNetworkInterfaces(0).getNetwork()).endsWith("/global/networks/" + name);
        clients.await(clients.instances
                .deleteCallable()
                .call(DeleteInstanceRequest.newBuilder()
                        .setProject(PROJECT)
                        .setZone(ZONE)
                        .setInstance(name)
                        .build()));
        network.done(network.deleteSubnet());
        network.done(network.insertRule());
        inUse("/global/firewalls/" + name + "-ingress");
        network.done(clients.firewalls
                .deleteCallable()
                .call(DeleteFirewallRequest.newBuilder()
                        .setProject(PROJECT)
                        .setFirewall(name + "-ingress")
                        .build()));
        network.done(network.delete());
    }

    @Test
    void demandsASubnetworkOfTheMachinesRegionInACustomNetwork() {
        network.done(network.insert());
        network.done(network.insertSubnet("europe-west4", network.subnet("10.10.0.0/24")));
        Instance machine = inSubnet("");
        refused(() -> insert(machine), "Subnetwork should be specified for custom subnetmode network");
        refused(() -> insert(inSubnet(name)), "The referenced subnetwork resource cannot be found.");
        refused(
                () -> insert(place(machine, "regions/europe-west4/subnetworks/" + name)),
                "must be in the region of the instance");
        Instance elsewhere = place(machine, "regions/europe-west4/subnetworks/" + name).toBuilder()
                .setNetworkInterfaces(
                        0, machine.getNetworkInterfaces(0).toBuilder().setNetwork("global/networks/nowhere"))
                .build();
        refused(() -> insert(elsewhere), "The referenced network resource cannot be found.");
    }

    private Instance inSubnet(String subnet) {
        Instance machine = Clients.instance(ZONE, name, 8080);
        return place(
                machine.toBuilder()
                        .setNetworkInterfaces(
                                0, machine.getNetworkInterfaces(0).toBuilder().setNetwork("global/networks/" + name))
                        .build(),
                subnet.isEmpty() ? "" : "regions/" + REGION + "/subnetworks/" + subnet);
    }

    private static Instance place(Instance machine, String subnetwork) {
        return machine.toBuilder()
                .setNetworkInterfaces(
                        0, machine.getNetworkInterfaces(0).toBuilder().setSubnetwork(subnetwork))
                .build();
    }

    private static Operation insert(Instance machine) {
        return clients.instances.insertCallable().call(Clients.insert(machine, ZONE, UUID.randomUUID()));
    }

    private void inUse(String by) {
        Operation done = clients.await(network.delete());
        assertThat(done.getHttpErrorStatusCode()).isEqualTo(400);
        assertThat(done.getError().getErrors(0).getCode()).isEqualTo("RESOURCE_IN_USE_BY_ANOTHER_RESOURCE");
        assertThat(done.getError().getErrors(0).getMessage())
                .startsWith("The network resource 'projects/rehearsal-1/global/networks/" + name)
                .contains(by);
    }

    private static void exists(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.getStatusCode().getTransportCode()).isEqualTo(409))
                .hasMessageContaining("already exists");
    }

    private static void refused(ThrowingCallable call, String naming) {
        assertThatThrownBy(call).isInstanceOf(InvalidArgumentException.class).hasMessageContaining(naming);
    }
}
