// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.Network;
import com.google.cloud.compute.v1.NetworkInterface;
import com.google.cloud.compute.v1.NetworkRoutingConfig;
import com.google.cloud.compute.v1.Subnetwork;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All networks and their subnetworks, by path, and what is being changed of them. Every project has an auto mode network called {@code default}, without the
 * rules that let others in and without its subnetworks' names. Guarded by the ground's lock.
 */
final class NetworkTable {

    private static final String DEFAULT = "default";
    private static final long DEFAULT_ID = 4_211_000_000_000_000_001L;
    private static final String NETWORK_FIELD = "resource.networkInterfaces[0].network";
    private static final String SUBNETWORK_FIELD = "resource.networkInterfaces[0].subnetwork";

    private final Ground ground;
    private final Map<String, Kept<Network>> networks = new TreeMap<>();
    private final Map<String, Kept<Subnetwork>> subnetworks = new TreeMap<>();

    /** Path of what an operation is under way for, to the network that it belongs to. */
    private final Map<String, String> changing = new HashMap<>();

    private record Kept<T>(T view, Instant created) {}

    NetworkTable(Ground ground) {
        this.ground = ground;
    }

    Optional<Network> find(String path) {
        if (path.endsWith("/global/networks/" + DEFAULT)) {
            return Optional.of(defaultNetwork(path));
        }
        return Optional.ofNullable(networks.get(path)).map(kept -> withSubnetworks(path, kept.view()));
    }

    /** @throws ApiError 404 if there is none */
    Network get(String path) {
        return find(path).orElseThrow(() -> ApiError.notFound(path));
    }

    Optional<Subnetwork> findSubnetwork(String path) {
        return Optional.ofNullable(subnetworks.get(path)).map(Kept::view);
    }

    void put(String path, Network network) {
        networks.put(path, new Kept<>(network, ground.clock().instant()));
    }

    void put(String path, Subnetwork subnetwork) {
        subnetworks.put(path, new Kept<>(subnetwork, ground.clock().instant()));
    }

    void remove(String path) {
        networks.remove(path);
        subnetworks.remove(path);
    }

    /** Notes that an operation on a network, or on a subnetwork of it, is under way. */
    void changing(String path, String network) {
        changing.put(path, network);
    }

    /** The operation is done. */
    void changed(String path) {
        changing.remove(path);
    }

    /** Refuses the use of what is just being made or deleted, as reported: GoogleCloudPlatform/magic-modules#13881, #5418. */
    void checkReady(String path) {
        if (changing.containsKey(path)) {
            throw notReady(path);
        }
    }

    /** Refuses a second change of a network, or of its subnetworks, while one is under way. */
    void checkIdle(String network) {
        if (changing.containsValue(network)) {
            throw notReady(network);
        }
    }

    private static ApiError notReady(String path) {
        return ApiError.of(400, "resourceNotReady", "The resource '%s' is not ready".formatted(path));
    }

    /** Path of the network that a link means; an empty link is the default. Refuses one to a network that is not there. */
    String demand(String field, String project, String link) {
        if (link.isEmpty()) {
            return Links.global(project, "networks", DEFAULT);
        }
        Links.nameOf(field, link, "global/networks/");
        String path = Links.path(project, link);
        if (find(path).isEmpty()) {
            throw ApiError.invalidField(field, link, "The referenced network resource cannot be found.");
        }
        return path;
    }

    /**
     * Where an instance's interface is, with full links. A subnetwork is demanded of a custom mode network, may be named for an auto mode one, and tells the
     * network where that is left out: https://cloud.google.com/compute/docs/reference/rest/v1/instances/insert, {@code networkInterfaces[]}.
     */
    NetworkInterface place(String project, String region, NetworkInterface asked) {
        String link = asked.getSubnetwork();
        if (link.isEmpty()) {
            String network = demand(NETWORK_FIELD, project, asked.getNetwork());
            checkReady(network);
            if (!get(network).getAutoCreateSubnetworks()) {
                throw ApiError.invalidField(
                        "resource.networkInterfaces[0]",
                        "",
                        "Subnetwork should be specified for custom subnetmode network");
            }
            return asked.toBuilder().setNetwork(Links.self(network)).build();
        }
        Links.nameOf(SUBNETWORK_FIELD, link, "subnetworks/");
        String path = Links.path(project, link);
        Subnetwork subnetwork = findSubnetwork(path)
                .orElseThrow(() -> ApiError.invalidField(
                        SUBNETWORK_FIELD, link, "The referenced subnetwork resource cannot be found."));
        if (!Links.last(subnetwork.getRegion()).equals(region)) {
            throw ApiError.invalidField(
                    SUBNETWORK_FIELD, link, "The subnetwork must be in the region of the instance, " + region + ".");
        }
        String network = Links.path(project, subnetwork.getNetwork());
        if (!asked.getNetwork().isEmpty()
                && !demand(NETWORK_FIELD, project, asked.getNetwork()).equals(network)) {
            throw ApiError.of(
                    400,
                    "badRequest",
                    "Subnetwork \"%s\" is not valid for Network \"%s\"."
                            .formatted(path, Links.last(asked.getNetwork())));
        }
        checkReady(network);
        checkReady(path);
        return asked.toBuilder()
                .setNetwork(Links.self(network))
                .setSubnetwork(Links.self(path))
                .build();
    }

    /** The networks that lists of a project show: late by the lag, by name. */
    List<Network> listed(String project) {
        List<Network> all = new ArrayList<>();
        all.add(defaultNetwork(Links.global(project, "networks", DEFAULT)));
        networks.forEach((path, kept) -> {
            if (path.startsWith(Links.project(project) + "/") && isListed(kept)) {
                all.add(withSubnetworks(path, kept.view()));
            }
        });
        all.sort(Comparator.comparing(Network::getName));
        return all;
    }

    /** The subnetworks that lists of a region show: late by the lag. */
    List<Subnetwork> listed(String project, String region) {
        return subnetworks.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(Links.region(project, region) + "/"))
                .map(Map.Entry::getValue)
                .filter(this::isListed)
                .map(Kept::view)
                .toList();
    }

    /** The subnetworks of a network, wherever they are. */
    List<Subnetwork> subnetworksOf(String network) {
        return subnetworks.values().stream()
                .map(Kept::view)
                .filter(subnetwork -> subnetwork.getNetwork().equals(Links.self(network)))
                .toList();
    }

    private boolean isListed(Kept<?> kept) {
        return !kept.created()
                .plus(ground.lags().lists())
                .isAfter(ground.clock().instant());
    }

    private Network withSubnetworks(String path, Network network) {
        return network.toBuilder()
                .addAllSubnetworks(subnetworksOf(path).stream()
                        .map(Subnetwork::getSelfLink)
                        .toList())
                .build();
    }

    private static Network defaultNetwork(String path) {
        return Network.newBuilder()
                .setKind("compute#network")
                .setId(DEFAULT_ID)
                .setName(DEFAULT)
                .setDescription("Default network for the project")
                .setSelfLink(Links.self(path))
                .setAutoCreateSubnetworks(true)
                .setRoutingConfig(NetworkRoutingConfig.newBuilder().setRoutingMode("REGIONAL"))
                .build();
    }
}
