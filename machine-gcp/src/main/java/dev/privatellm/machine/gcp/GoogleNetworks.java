// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.compute.v1.AggregatedListSubnetworksRequest;
import com.google.cloud.compute.v1.DeleteNetworkRequest;
import com.google.cloud.compute.v1.DeleteSubnetworkRequest;
import com.google.cloud.compute.v1.GetNetworkRequest;
import com.google.cloud.compute.v1.InsertNetworkRequest;
import com.google.cloud.compute.v1.InsertSubnetworkRequest;
import com.google.cloud.compute.v1.Subnetwork;
import com.google.cloud.compute.v1.SubnetworkAggregatedList;
import com.google.cloud.compute.v1.SubnetworksScopedList;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.NetworkProvider;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Subnet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@link NetworkProvider} on Compute Engine's <a href="https://cloud.google.com/compute/docs/reference/rest/v1/networks">networks</a> and
 * <a href="https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks">subnetworks</a>.
 */
final class GoogleNetworks implements NetworkProvider {
    private final GoogleClients clients;
    private final GoogleOperations operations;
    private final String project;

    GoogleNetworks(GoogleClients clients, GoogleOperations operations, String project) {
        this.clients = clients;
        this.operations = operations;
        this.project = project;
    }

    @Override
    public Optional<Network> find(String name) {
        GetNetworkRequest request = GetNetworkRequest.newBuilder()
                .setProject(project)
                .setNetwork(name)
                .build();
        try {
            return Optional.of(network(GoogleErrors.about(
                    "networks/" + name, () -> clients.networks().get(request))));
        } catch (CloudFailure.NotFound e) {
            return Optional.empty();
        }
    }

    @Override
    public OperationId insert(Network network, RequestId requestId) {
        InsertNetworkRequest request = InsertNetworkRequest.newBuilder()
                .setProject(project)
                .setNetworkResource(resource(network))
                .setRequestId(requestId.toString())
                .build();
        return operations.networking(
                requestId,
                () -> GoogleOperations.global(GoogleErrors.calling(
                        () -> clients.networks().insertCallable().call(request))));
    }

    @Override
    public OperationId delete(String name, RequestId requestId) {
        DeleteNetworkRequest request = DeleteNetworkRequest.newBuilder()
                .setProject(project)
                .setNetwork(name)
                .setRequestId(requestId.toString())
                .build();
        return operations.networking(
                requestId,
                () -> GoogleOperations.global(GoogleErrors.about(
                        "networks/" + name,
                        () -> clients.networks().deleteCallable().call(request))));
    }

    /** Chosen here and not by a filter: the filter's language is one more thing that two sides could read differently. */
    @Override
    public List<Subnet> subnets(String network) {
        return everySubnet(clients, project)
                .filter(subnet -> isIn(subnet, project, network))
                .map(GoogleNetworks::subnet)
                .toList();
    }

    /** Whether a subnet is in that network of that project. */
    static boolean isIn(Subnetwork subnet, String project, String network) {
        return subnet.getNetwork().endsWith("projects/%s/global/networks/%s".formatted(project, network));
    }

    /** Every subnet of the project, whosever network it is in. */
    static Stream<Subnetwork> everySubnet(GoogleClients clients, String project) {
        AggregatedListSubnetworksRequest request = AggregatedListSubnetworksRequest.newBuilder()
                .setProject(project)
                .setReturnPartialSuccess(false)
                .build();
        return Pages.all(
                        () -> clients.subnetworks().aggregatedListCallable(),
                        request,
                        (first, token) -> first.toBuilder().setPageToken(token).build(),
                        GoogleNetworks::complete,
                        SubnetworkAggregatedList::getNextPageToken)
                .stream()
                .flatMap(page -> page.getItemsMap().values().stream())
                .flatMap(region -> region.getSubnetworksList().stream());
    }

    /** A page counts only if every region was asked: an unreachable one may hold the subnet that a second insert would overlap. */
    private static SubnetworkAggregatedList complete(SubnetworkAggregatedList page) {
        Pages.requireReached(page.getUnreachablesList());
        Pages.requireReached(page.getWarning());
        page.getItemsMap().values().stream()
                .map(SubnetworksScopedList::getWarning)
                .forEach(Pages::requireReached);
        return page;
    }

    @Override
    public OperationId insertSubnet(Subnet subnet, RequestId requestId) {
        InsertSubnetworkRequest request = InsertSubnetworkRequest.newBuilder()
                .setProject(project)
                .setRegion(subnet.region())
                .setSubnetworkResource(Subnetwork.newBuilder()
                        .setName(subnet.name())
                        .setNetwork("projects/%s/global/networks/%s".formatted(project, subnet.network()))
                        .setIpCidrRange(subnet.cidr())
                        .setPrivateIpGoogleAccess(subnet.hasPrivateGoogleAccess()))
                .setRequestId(requestId.toString())
                .build();
        return operations.networking(
                requestId,
                () -> GoogleOperations.inRegion(
                        subnet.region(),
                        GoogleErrors.about(
                                "networks/" + subnet.network(),
                                () -> clients.subnetworks().insertCallable().call(request))));
    }

    @Override
    public OperationId deleteSubnet(String region, String name, RequestId requestId) {
        DeleteSubnetworkRequest request = DeleteSubnetworkRequest.newBuilder()
                .setProject(project)
                .setRegion(region)
                .setSubnetwork(name)
                .setRequestId(requestId.toString())
                .build();
        return operations.networking(
                requestId,
                () -> GoogleOperations.inRegion(
                        region,
                        GoogleErrors.about(
                                "subnetworks/" + name,
                                () -> clients.subnetworks().deleteCallable().call(request))));
    }

    @Override
    public OperationStatus operation(OperationId id) {
        return operations.status(id);
    }

    /** {@code autoCreateSubnetworks} is written even if false: left out, some clients mean the old kind of network that has no subnets at all. */
    private static com.google.cloud.compute.v1.Network resource(Network network) {
        com.google.cloud.compute.v1.Network.Builder resource = com.google.cloud.compute.v1.Network.newBuilder()
                .setName(network.name())
                .setAutoCreateSubnetworks(network.hasAutomaticSubnets());
        network.owner().map(NetworkDescription::write).ifPresent(resource::setDescription);
        return resource.build();
    }

    private static Network network(com.google.cloud.compute.v1.Network network) {
        return new Network(
                network.getName(),
                network.getAutoCreateSubnetworks(),
                NetworkDescription.read(network.getDescription()));
    }

    private static Subnet subnet(Subnetwork subnet) {
        return new Subnet(
                InstanceTranslation.lastSegment(subnet.getRegion()),
                subnet.getName(),
                InstanceTranslation.lastSegment(subnet.getNetwork()),
                subnet.getIpCidrRange(),
                subnet.getPrivateIpGoogleAccess());
    }
}
