// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.DeleteNetworkRequest;
import com.google.cloud.compute.v1.GetNetworkRequest;
import com.google.cloud.compute.v1.InsertNetworkRequest;
import com.google.cloud.compute.v1.ListNetworksRequest;
import com.google.cloud.compute.v1.Network;
import com.google.cloud.compute.v1.NetworkList;
import com.google.cloud.compute.v1.NetworkRoutingConfig;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.Subnetwork;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.Optional;

/**
 * The methods of {@code networks}, for custom mode networks (https://cloud.google.com/compute/docs/reference/rest/v1/networks). A network is seen as soon as
 * it is asked for and may be used once the operation is done. That one in use stays is told by the operation of its deletion, not by the call, as reported:
 * kubernetes/kops#13855, genevieve/leftovers#6.
 */
final class Networks {

    private static final int MIN_MTU = 1300;
    private static final int MAX_MTU = 8896;
    private static final int DEFAULT_MTU = 1460;

    private final Ground ground;
    private final Operations operations;
    private final NetworkTable networks;
    private final Firewalls firewalls;
    private final VmTable vms;

    Networks(Ground ground, Operations operations, NetworkTable networks, Firewalls firewalls, VmTable vms) {
        this.ground = ground;
        this.operations = operations;
        this.networks = networks;
        this.firewalls = firewalls;
        this.vms = vms;
    }

    void bind(RestService service) {
        service.on("Networks.Insert", InsertNetworkRequest.getDefaultInstance(), this::insert)
                .on("Networks.Get", GetNetworkRequest.getDefaultInstance(), (_, request) -> {
                    synchronized (ground.lock()) {
                        return networks.get(path(request.getProject(), request.getNetwork()));
                    }
                })
                .on("Networks.List", ListNetworksRequest.getDefaultInstance(), (_, request) -> list(request))
                .on("Networks.Delete", DeleteNetworkRequest.getDefaultInstance(), this::delete);
    }

    private static String path(String project, String name) {
        return Links.global(project, "networks", name);
    }

    private Operation insert(Caller caller, InsertNetworkRequest request) {
        String project = request.getProject();
        synchronized (ground.lock()) {
            var replay = operations.replay(project, "Networks.Insert", request.getRequestId());
            if (replay.isPresent()) {
                return replay.get();
            }
            Network asked = request.getNetworkResource();
            check(asked);
            String path = path(project, asked.getName());
            if (networks.find(path).isPresent()) {
                throw ApiError.alreadyExists(path);
            }
            Network network = complete(asked, path);
            networks.put(path, network);
            networks.changing(path, path);
            return operations.quick(
                    about(caller, project, "insert", path, network.getId(), request.getRequestId()),
                    () -> networks.changed(path),
                    () -> {
                        networks.remove(path);
                        networks.changed(path);
                    });
        }
    }

    private static void check(Network asked) {
        Links.checkName("resource.name", asked.getName());
        if (!asked.hasAutoCreateSubnetworks() || asked.hasIPv4Range()) {
            throw ApiError.invalidField(
                    "resource.autoCreateSubnetworks",
                    "",
                    "Legacy networks are no longer made (https://cloud.google.com/vpc/docs/legacy).");
        }
        if (asked.getAutoCreateSubnetworks()) {
            throw ApiError.of(501, "notImplemented", "New auto mode networks are not implemented here");
        }
        if (asked.hasMtu() && (asked.getMtu() < MIN_MTU || asked.getMtu() > MAX_MTU)) {
            throw ApiError.invalidField(
                    "resource.mtu",
                    String.valueOf(asked.getMtu()),
                    "Must be from %d to %d.".formatted(MIN_MTU, MAX_MTU));
        }
    }

    private Network complete(Network asked, String path) {
        long id = ground.newId();
        String mode = asked.getRoutingConfig().getRoutingMode();
        return asked.toBuilder()
                .setKind("compute#network")
                .setId(id)
                .setCreationTimestamp(Links.time(ground.clock().instant()))
                .setSelfLink(Links.self(path))
                .setSelfLinkWithId(Links.self(path.substring(0, path.lastIndexOf('/') + 1) + id))
                .clearSubnetworks()
                .setMtu(asked.hasMtu() ? asked.getMtu() : DEFAULT_MTU)
                .setNetworkFirewallPolicyEnforcementOrder("AFTER_CLASSIC_FIREWALL")
                .setRoutingConfig(NetworkRoutingConfig.newBuilder().setRoutingMode(mode.isEmpty() ? "REGIONAL" : mode))
                .build();
    }

    private Operation delete(Caller caller, DeleteNetworkRequest request) {
        String project = request.getProject();
        synchronized (ground.lock()) {
            var replay = operations.replay(project, "Networks.Delete", request.getRequestId());
            if (replay.isPresent()) {
                return replay.get();
            }
            String path = path(project, request.getNetwork());
            Network network = networks.get(path);
            if (network.getAutoCreateSubnetworks()) {
                throw ApiError.of(501, "notImplemented", "Deleting the default network is not implemented here");
            }
            networks.checkIdle(path);
            networks.changing(path, path);
            return operations.quick(
                    about(caller, project, "delete", path, network.getId(), request.getRequestId()),
                    () -> {
                        networks.changed(path);
                        checkUnused(path);
                        networks.remove(path);
                    },
                    () -> networks.changed(path));
        }
    }

    private void checkUnused(String path) {
        Optional<String> user = networks.subnetworksOf(path).stream()
                .map(Subnetwork::getSelfLink)
                .map(link -> Links.path("", link))
                .findFirst()
                .or(() -> firewalls.userOf(Links.self(path)))
                .or(() -> vms.all().stream()
                        .filter(vm -> vm.network().equals(Links.self(path)))
                        .map(Vm::path)
                        .findFirst());
        if (user.isPresent()) {
            throw ApiError.inUse("network", path, user.get());
        }
    }

    private static OperationRequest about(
            Caller caller, String project, String type, String path, long id, String requestId) {
        String rpc = "Networks." + Character.toUpperCase(type.charAt(0)) + type.substring(1);
        return new OperationRequest(project, OperationRequest.GLOBAL, rpc, type, path, id, caller.email(), requestId);
    }

    private NetworkList list(ListNetworksRequest request) {
        synchronized (ground.lock()) {
            Page<Network> page = Page.of(
                    networks.listed(request.getProject()),
                    request.getFilter(),
                    request.getMaxResults(),
                    request.getPageToken());
            NetworkList.Builder list =
                    NetworkList.newBuilder().setKind("compute#networkList").addAllItems(page.items());
            return page.nextToken().isEmpty()
                    ? list.build()
                    : list.setNextPageToken(page.nextToken()).build();
        }
    }
}
