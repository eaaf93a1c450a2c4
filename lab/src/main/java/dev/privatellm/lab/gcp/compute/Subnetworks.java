// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.AggregatedListSubnetworksRequest;
import com.google.cloud.compute.v1.Data;
import com.google.cloud.compute.v1.DeleteSubnetworkRequest;
import com.google.cloud.compute.v1.GetSubnetworkRequest;
import com.google.cloud.compute.v1.InsertSubnetworkRequest;
import com.google.cloud.compute.v1.ListSubnetworksRequest;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.Subnetwork;
import com.google.cloud.compute.v1.SubnetworkAggregatedList;
import com.google.cloud.compute.v1.SubnetworkList;
import com.google.cloud.compute.v1.SubnetworksScopedList;
import com.google.cloud.compute.v1.Warning;
import dev.privatellm.lab.gcp.Catalog;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The methods of {@code subnetworks} (https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks). That one in use stays is told by the call that
 * asks for its deletion, as reported: genevieve/leftovers#6.
 */
final class Subnetworks {

    private final Ground ground;
    private final Operations operations;
    private final NetworkTable networks;
    private final VmTable vms;

    Subnetworks(Ground ground, Operations operations, NetworkTable networks, VmTable vms) {
        this.ground = ground;
        this.operations = operations;
        this.networks = networks;
        this.vms = vms;
    }

    void bind(RestService service) {
        service.on("Subnetworks.Insert", InsertSubnetworkRequest.getDefaultInstance(), this::insert)
                .on("Subnetworks.Get", GetSubnetworkRequest.getDefaultInstance(), (_, request) -> {
                    synchronized (ground.lock()) {
                        return get(path(request.getProject(), request.getRegion(), request.getSubnetwork()));
                    }
                })
                .on("Subnetworks.List", ListSubnetworksRequest.getDefaultInstance(), (_, request) -> list(request))
                .on(
                        "Subnetworks.AggregatedList",
                        AggregatedListSubnetworksRequest.getDefaultInstance(),
                        (_, request) -> aggregatedList(request))
                .on("Subnetworks.Delete", DeleteSubnetworkRequest.getDefaultInstance(), this::delete);
    }

    private static String path(String project, String region, String name) {
        return Links.regional(project, region, "subnetworks", name);
    }

    private Subnetwork get(String path) {
        return networks.findSubnetwork(path).orElseThrow(() -> ApiError.notFound(path));
    }

    private List<String> regions() {
        return ground.catalog().zoneNames().stream()
                .map(Catalog::regionOf)
                .distinct()
                .toList();
    }

    private void checkRegion(String project, String region) {
        if (!regions().contains(region)) {
            throw ApiError.notFound(Links.region(project, region));
        }
    }

    private Operation insert(Caller caller, InsertSubnetworkRequest request) {
        String project = request.getProject();
        synchronized (ground.lock()) {
            var replay = operations.replay(project, "Subnetworks.Insert", request.getRequestId());
            if (replay.isPresent()) {
                return replay.get();
            }
            checkRegion(project, request.getRegion());
            Subnetwork asked = request.getSubnetworkResource();
            SubnetworkCheck.check(asked);
            String network = networks.demand("resource.network", project, asked.getNetwork());
            String path = path(project, request.getRegion(), asked.getName());
            if (networks.findSubnetwork(path).isPresent()) {
                throw ApiError.alreadyExists(path);
            }
            networks.checkIdle(network);
            SubnetworkCheck.checkDisjoint(asked, networks.get(network), networks.subnetworksOf(network));
            Subnetwork subnetwork = complete(asked, path, network, Links.region(project, request.getRegion()));
            networks.put(path, subnetwork);
            networks.changing(path, network);
            return operations.quick(
                    about(caller, project, "insert", subnetwork, request.getRequestId()),
                    () -> networks.changed(path),
                    () -> {
                        networks.remove(path);
                        networks.changed(path);
                    });
        }
    }

    private Subnetwork complete(Subnetwork asked, String path, String network, String region) {
        return asked.toBuilder()
                .setKind("compute#subnetwork")
                .setId(ground.newId())
                .setCreationTimestamp(Links.time(ground.clock().instant()))
                .setSelfLink(Links.self(path))
                .setNetwork(Links.self(network))
                .setRegion(Links.self(region))
                .setGatewayAddress(Cidr.of(asked.getIpCidrRange()).address(1))
                .setFingerprint(Links.fingerprint(ground.random()))
                .setPrivateIpGoogleAccess(asked.getPrivateIpGoogleAccess())
                .setPrivateIpv6GoogleAccess("DISABLE_GOOGLE_ACCESS")
                .setPurpose("PRIVATE")
                .setStackType("IPV4_ONLY")
                .build();
    }

    private Operation delete(Caller caller, DeleteSubnetworkRequest request) {
        String project = request.getProject();
        synchronized (ground.lock()) {
            var replay = operations.replay(project, "Subnetworks.Delete", request.getRequestId());
            if (replay.isPresent()) {
                return replay.get();
            }
            String path = path(project, request.getRegion(), request.getSubnetwork());
            Subnetwork subnetwork = get(path);
            String network = Links.path(project, subnetwork.getNetwork());
            networks.checkIdle(network);
            for (Vm vm : vms.all()) {
                if (vm.config.getNetworkInterfaces(0).getSubnetwork().equals(subnetwork.getSelfLink())) {
                    throw ApiError.inUse("subnetwork", path, vm.path());
                }
            }
            networks.changing(path, network);
            return operations.quick(
                    about(caller, project, "delete", subnetwork, request.getRequestId()),
                    () -> {
                        networks.remove(path);
                        networks.changed(path);
                    },
                    () -> networks.changed(path));
        }
    }

    private static OperationRequest about(
            Caller caller, String project, String type, Subnetwork subnetwork, String requestId) {
        String path = Links.path(project, subnetwork.getSelfLink());
        return new OperationRequest(
                project,
                "regions/" + Links.last(subnetwork.getRegion()),
                "Subnetworks." + Character.toUpperCase(type.charAt(0)) + type.substring(1),
                type,
                path,
                subnetwork.getId(),
                caller.email(),
                requestId);
    }

    private SubnetworkList list(ListSubnetworksRequest request) {
        synchronized (ground.lock()) {
            checkRegion(request.getProject(), request.getRegion());
            Page<Subnetwork> page = Page.of(
                    networks.listed(request.getProject(), request.getRegion()),
                    request.getFilter(),
                    request.getMaxResults(),
                    request.getPageToken());
            SubnetworkList.Builder list = SubnetworkList.newBuilder()
                    .setKind("compute#subnetworkList")
                    .addAllItems(page.items());
            return page.nextToken().isEmpty()
                    ? list.build()
                    : list.setNextPageToken(page.nextToken()).build();
        }
    }

    /** Every region is in the answer; one without results says so in a warning. */
    private SubnetworkAggregatedList aggregatedList(AggregatedListSubnetworksRequest request) {
        List<Subnetwork> all = new ArrayList<>();
        synchronized (ground.lock()) {
            regions().forEach(region -> all.addAll(networks.listed(request.getProject(), region)));
        }
        Page<Subnetwork> page = Page.of(all, request.getFilter(), request.getMaxResults(), request.getPageToken());
        Map<String, SubnetworksScopedList.Builder> scopes = new TreeMap<>();
        regions().forEach(region -> scopes.put("regions/" + region, SubnetworksScopedList.newBuilder()));
        page.items()
                .forEach(subnetwork -> scopes.computeIfAbsent(
                                "regions/" + Links.last(subnetwork.getRegion()),
                                _ -> SubnetworksScopedList.newBuilder())
                        .addSubnetworks(subnetwork));
        SubnetworkAggregatedList.Builder list =
                SubnetworkAggregatedList.newBuilder().setKind("compute#subnetworkAggregatedList");
        scopes.forEach((scope, content) -> list.putItems(
                scope,
                content.getSubnetworksCount() > 0
                        ? content.build()
                        : content.setWarning(Warning.newBuilder()
                                        .setCode("NO_RESULTS_ON_PAGE")
                                        .setMessage("There are no results for scope '" + scope + "' on this page.")
                                        .addData(Data.newBuilder()
                                                .setKey("scope")
                                                .setValue(scope)))
                                .build()));
        return page.nextToken().isEmpty()
                ? list.build()
                : list.setNextPageToken(page.nextToken()).build();
    }
}
