// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The inventory of a {@link FakeCloud}: what its ports have made, and disks that somebody has left. */
public final class FakeInventory implements Inventory {
    private final FakeCloud cloud;
    private final List<Asset> disks = new ArrayList<>();
    private final List<Asset> removed = new ArrayList<>();
    private final Map<OperationId, Asset.Kind> removals = new HashMap<>();

    /** When all was made whose port does not tell. */
    private final Instant begin;

    FakeInventory(FakeCloud cloud) {
        this.cloud = cloud;
        this.begin = cloud.clock().instant();
    }

    /** Puts a disk there that no machine uses. */
    public void plant(Asset disk) {
        disks.add(disk);
    }

    /** What was removed through this port, in that order. */
    public List<Asset> removed() {
        return List.copyOf(removed);
    }

    @Override
    public List<Asset> list(Asset.Kind kind) {
        return cloud.faults().call("inventory " + kind, () -> switch (kind) {
            case RULE ->
                cloud.firewalls().list().stream()
                        .flatMap(rule -> rule.owner().stream()
                                .map(owner -> asset(
                                        kind,
                                        rule.name(),
                                        "",
                                        Map.of("pllm-owner", owner.uid(), "pllm-cluster", owner.cluster()),
                                        Optional.of(owner.expiresAt()))))
                        .toList();
            case MACHINE ->
                cloud.instances().all().stream()
                        .filter(machine -> "private-llm".equals(machine.labels().get("managed-by")))
                        .map(machine -> new Asset(
                                kind,
                                machine.id().name().value(),
                                machine.id().zone().name(),
                                machine.cloudId(),
                                Optional.ofNullable(machine.labels().get("pllm-owner")),
                                Optional.ofNullable(machine.labels().get("pllm-cluster")),
                                Optional.ofNullable(machine.labels().get("pllm-release")),
                                Optional.of(machine.createdAt()),
                                Optional.ofNullable(machine.labels().get(LabelTime.LEASE))
                                        .flatMap(LabelTime::read),
                                Optional.ofNullable(machine.labels().get(LabelTime.HOLDER)),
                                machine.status().isBillable(),
                                Optional.of(BigDecimal.TEN)))
                        .toList();
            case DISK -> List.copyOf(disks);
            case SECRET ->
                cloud.secrets().labels().entrySet().stream()
                        .map(secret -> asset(kind, secret.getKey(), "", secret.getValue(), Optional.empty()))
                        .toList();
            case ACCOUNT ->
                cloud.identities().all().stream()
                        .filter(account -> account.description().startsWith("managed-by=private-llm pllm-owner="))
                        .map(account -> asset(
                                kind,
                                account.accountId(),
                                "",
                                Map.of(
                                        "pllm-owner",
                                        account.description()
                                                .substring(account.description().lastIndexOf('=') + 1)),
                                Optional.empty()))
                        .toList();
            case BUCKET ->
                cloud.artifacts().all().stream()
                        .map(bucket -> asset(kind, bucket.name(), bucket.region(), bucket.labels(), Optional.empty()))
                        .toList();
            case SUBNET ->
                cloud.networks().madeSubnets().stream()
                        .filter(subnet -> !labels(subnet.network()).isEmpty())
                        .map(subnet ->
                                asset(kind, subnet.name(), subnet.region(), labels(subnet.network()), Optional.empty()))
                        .toList();
            case NETWORK ->
                cloud.networks().made().stream()
                        .filter(network -> network.owner().isPresent())
                        .map(network -> asset(kind, network.name(), "", labels(network.name()), Optional.empty()))
                        .toList();
        });
    }

    private Map<String, String> labels(String network) {
        return cloud.networks().made().stream()
                .filter(found -> found.name().equals(network))
                .flatMap(found -> found.owner().stream())
                .findFirst()
                .map(owner -> Map.of("pllm-cluster", owner.cluster()))
                .orElse(Map.of());
    }

    private Asset asset(
            Asset.Kind kind, String name, String place, Map<String, String> labels, Optional<Instant> heldUntil) {
        return new Asset(
                kind,
                name,
                place,
                name,
                Optional.ofNullable(labels.get("pllm-owner")),
                Optional.ofNullable(labels.get("pllm-cluster")),
                Optional.ofNullable(labels.get("pllm-release")),
                kind == Asset.Kind.ACCOUNT ? Optional.empty() : Optional.of(begin),
                heldUntil,
                false,
                Optional.of(BigDecimal.ONE));
    }

    @Override
    public Optional<OperationId> remove(Asset asset, RequestId requestId) {
        Optional<OperationId> operation = cloud.faults().call("remove " + asset.kind(), () -> switch (asset.kind()) {
            case RULE -> Optional.of(cloud.firewalls().delete(asset.name(), requestId));
            case MACHINE ->
                Optional.of(cloud.instances()
                        .delete(new InstanceId(new Zone(asset.place()), new InstanceName(asset.name())), requestId));
            case DISK -> {
                disks.remove(asset);
                yield Optional.empty();
            }
            case SECRET -> {
                cloud.secrets().delete(asset.name());
                yield Optional.empty();
            }
            case ACCOUNT -> {
                cloud.identities().delete(asset.name());
                yield Optional.empty();
            }
            case BUCKET -> {
                cloud.artifacts().delete(asset.name());
                yield Optional.empty();
            }
            case SUBNET -> Optional.of(cloud.networks().deleteSubnet(asset.place(), asset.name(), requestId));
            case NETWORK -> Optional.of(cloud.networks().delete(asset.name(), requestId));
        });
        removed.add(asset);
        operation.ifPresent(id -> removals.put(id, asset.kind()));
        return operation;
    }

    @Override
    public OperationStatus operation(OperationId id) {
        return switch (removals.get(id)) {
            case MACHINE -> cloud.instances().operation(id);
            case RULE -> cloud.firewalls().operation(id);
            case SUBNET, NETWORK -> cloud.networks().operation(id);
            case DISK, SECRET, ACCOUNT, BUCKET -> new OperationStatus.Forgotten();
        };
    }
}
