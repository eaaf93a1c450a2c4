// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.services.iam.v1.model.ListServiceAccountsResponse;
import com.google.api.services.storage.model.Buckets;
import com.google.cloud.compute.v1.AggregatedListDisksRequest;
import com.google.cloud.compute.v1.DeleteDiskRequest;
import com.google.cloud.compute.v1.DiskAggregatedList;
import com.google.cloud.compute.v1.DisksScopedList;
import com.google.cloud.compute.v1.ListNetworksRequest;
import com.google.cloud.compute.v1.Network;
import com.google.cloud.compute.v1.NetworkList;
import com.google.cloud.secretmanager.v1.ListSecretsRequest;
import com.google.cloud.secretmanager.v1.ListSecretsResponse;
import dev.privatellm.machine.cloud.Asset;
import dev.privatellm.machine.cloud.FirewallProvider;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.Inventory;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.SecretVersion;
import dev.privatellm.machine.cloud.Zone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Inventory} of a Google Cloud project. What is ours is chosen here and not by filters, except among machines and disks, of which a project may have
 * many: the filters' languages are one more thing that two sides could read differently.
 */
final class GoogleInventory implements Inventory {
    private static final String OF_OURS =
            "labels.%s = \"%s\"".formatted(AssetTranslation.MANAGED_BY, AssetTranslation.US);

    private final GoogleClients clients;
    private final GoogleOperations operations;
    private final GoogleCloudProvider ports;
    private final String project;
    private final String networkProject;
    private final FirewallProvider ownRules;

    /** Removals that the project answers for whose network this one uses. */
    private final Set<OperationId> elsewhere = ConcurrentHashMap.newKeySet();

    /**
     * Everything of ours in a project, and our rules in the project whose network it uses.
     *
     * @param ports remove what they make
     * @param networkProject the same project, or one that shares its network with it
     */
    GoogleInventory(
            GoogleClients clients,
            GoogleOperations operations,
            GoogleCloudProvider ports,
            String project,
            String networkProject) {
        this.clients = clients;
        this.operations = operations;
        this.ports = ports;
        this.project = project;
        this.networkProject = networkProject;
        this.ownRules = new GoogleFirewalls(clients, operations, project);
    }

    @Override
    public List<Asset> list(Asset.Kind kind) {
        return switch (kind) {
            case RULE -> rules();
            case MACHINE -> machines();
            case DISK -> disks();
            case SECRET -> secrets();
            case ACCOUNT -> accounts();
            case BUCKET -> buckets();
            case SUBNET -> subnets();
            case NETWORK -> networks().stream().map(AssetTranslation::network).toList();
        };
    }

    private List<Asset> rules() {
        Stream<Asset> own = rules(project, "");
        return (networkProject.equals(project) ? own : Stream.concat(own, rules(networkProject, networkProject)))
                .toList();
    }

    private Stream<Asset> rules(String of, String place) {
        return GoogleFirewalls.every(clients, of).flatMap(rule -> AssetTranslation.rule(rule, place).stream());
    }

    private List<Asset> machines() {
        return GoogleInstances.everyLabelled(clients, project, AssetTranslation.MANAGED_BY, AssetTranslation.US)
                .map(AssetTranslation::machine)
                .toList();
    }

    private List<Asset> disks() {
        AggregatedListDisksRequest request = AggregatedListDisksRequest.newBuilder()
                .setProject(project)
                .setFilter(OF_OURS)
                .setReturnPartialSuccess(false)
                .build();
        UnaryOperator<DiskAggregatedList> complete = page -> {
            Pages.requireReached(page.getUnreachablesList());
            Pages.requireReached(page.getWarning());
            page.getItemsMap().values().stream()
                    .map(DisksScopedList::getWarning)
                    .forEach(Pages::requireReached);
            return page;
        };
        return Pages.all(
                        () -> clients.disks().aggregatedListCallable(),
                        request,
                        (first, token) -> first.toBuilder().setPageToken(token).build(),
                        complete,
                        DiskAggregatedList::getNextPageToken)
                .stream()
                .flatMap(page -> page.getItemsMap().values().stream())
                .flatMap(zone -> zone.getDisksList().stream())
                .filter(disk -> AssetTranslation.isOurs(disk.getLabelsMap()) && disk.getUsersCount() == 0)
                .map(AssetTranslation::disk)
                .toList();
    }

    private List<Asset> secrets() {
        ListSecretsRequest request =
                ListSecretsRequest.newBuilder().setParent("projects/" + project).build();
        return Pages.all(
                        () -> clients.secrets().listSecretsCallable(),
                        request,
                        (first, token) -> first.toBuilder().setPageToken(token).build(),
                        UnaryOperator.identity(),
                        ListSecretsResponse::getNextPageToken)
                .stream()
                .flatMap(page -> page.getSecretsList().stream())
                .filter(secret -> AssetTranslation.isOurs(secret.getLabelsMap()))
                .map(secret -> AssetTranslation.secret(secret, paidVersions(secret.getName())))
                .toList();
    }

    private int paidVersions(String secret) {
        return (int) ports.secrets().versions(InstanceTranslation.lastSegment(secret)).stream()
                .filter(version -> version.state() != SecretVersion.State.DESTROYED)
                .count();
    }

    private List<Asset> accounts() {
        List<Asset> found = new ArrayList<>();
        @Nullable String token = null;
        do {
            String page = token;
            ListServiceAccountsResponse answer = GoogleErrors.calling(
                    clients.restCalls(),
                    "iam",
                    () -> clients.iam()
                            .projects()
                            .serviceAccounts()
                            .list("projects/" + project)
                            .setPageToken(page)
                            .execute());
            Objects.requireNonNullElse(
                            answer.getAccounts(), List.<com.google.api.services.iam.v1.model.ServiceAccount>of())
                    .forEach(account -> AssetTranslation.account(account).ifPresent(found::add));
            token = answer.getNextPageToken();
        } while (token != null && !token.isEmpty());
        return found;
    }

    private List<Asset> buckets() {
        List<Asset> found = new ArrayList<>();
        @Nullable String token = null;
        do {
            String page = token;
            Buckets answer = GoogleErrors.calling(
                    clients.restCalls(),
                    "storage",
                    () -> clients.storage()
                            .buckets()
                            .list(project)
                            .setPrefix(AssetTranslation.NAME_PREFIX)
                            .setPageToken(page)
                            .execute());
            Objects.requireNonNullElse(answer.getItems(), List.<com.google.api.services.storage.model.Bucket>of())
                    .stream()
                    .filter(bucket -> AssetTranslation.isOurs(Objects.requireNonNullElse(bucket.getLabels(), Map.of())))
                    .map(AssetTranslation::bucket)
                    .forEach(found::add);
            token = answer.getNextPageToken();
        } while (token != null && !token.isEmpty());
        return found;
    }

    private List<Network> networks() {
        ListNetworksRequest request = ListNetworksRequest.newBuilder()
                .setProject(project)
                .setReturnPartialSuccess(false)
                .build();
        UnaryOperator<NetworkList> complete = page -> {
            Pages.requireReached(page.getWarning());
            return page;
        };
        return Pages.all(
                        () -> clients.networks().listCallable(),
                        request,
                        (first, token) -> first.toBuilder().setPageToken(token).build(),
                        complete,
                        NetworkList::getNextPageToken)
                .stream()
                .flatMap(page -> page.getItemsList().stream())
                .filter(network ->
                        NetworkDescription.read(network.getDescription()).isPresent())
                .toList();
    }

    /** Subnets say nothing of themselves: they are ours if their network is. */
    private List<Asset> subnets() {
        Map<String, Network> ours = new HashMap<>();
        networks().forEach(network -> ours.put(network.getName(), network));
        if (ours.isEmpty()) {
            return List.of();
        }
        return GoogleNetworks.everySubnet(clients, project)
                .flatMap(subnet -> Stream.ofNullable(ours.get(InstanceTranslation.lastSegment(subnet.getNetwork())))
                        .filter(network -> GoogleNetworks.isIn(subnet, project, network.getName()))
                        .map(network -> AssetTranslation.subnet(subnet, network)))
                .toList();
    }

    @Override
    public Optional<OperationId> remove(Asset asset, RequestId requestId) {
        return switch (asset.kind()) {
            case RULE -> Optional.of(deleteRule(asset, requestId));
            case MACHINE ->
                Optional.of(ports.instances()
                        .delete(new InstanceId(new Zone(asset.place()), new InstanceName(asset.name())), requestId));
            case DISK -> Optional.of(deleteDisk(asset, requestId));
            case SUBNET -> Optional.of(ports.networks().deleteSubnet(asset.place(), asset.name(), requestId));
            case NETWORK -> Optional.of(ports.networks().delete(asset.name(), requestId));
            case SECRET -> {
                ports.secrets().delete(asset.name());
                yield Optional.empty();
            }
            case ACCOUNT -> {
                ports.identities().delete(asset.name());
                yield Optional.empty();
            }
            case BUCKET -> {
                ports.artifacts().delete(asset.name());
                yield Optional.empty();
            }
        };
    }

    private OperationId deleteRule(Asset rule, RequestId requestId) {
        if (rule.place().isEmpty()) {
            return ownRules.delete(rule.name(), requestId);
        }
        OperationId operation = ports.firewalls().delete(rule.name(), requestId);
        elsewhere.add(operation);
        return operation;
    }

    private OperationId deleteDisk(Asset disk, RequestId requestId) {
        DeleteDiskRequest request = DeleteDiskRequest.newBuilder()
                .setProject(project)
                .setZone(disk.place())
                .setDisk(disk.name())
                .setRequestId(requestId.toString())
                .build();
        return GoogleOperations.inZone(
                new Zone(disk.place()),
                GoogleErrors.about(
                        "disks/" + disk.name(),
                        () -> clients.disks().deleteCallable().call(request)));
    }

    @Override
    public OperationStatus operation(OperationId id) {
        return elsewhere.contains(id) ? ports.firewalls().operation(id) : operations.status(id);
    }
}
