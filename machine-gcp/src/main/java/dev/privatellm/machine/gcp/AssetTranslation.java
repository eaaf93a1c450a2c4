// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.services.storage.model.Bucket;
import com.google.cloud.compute.v1.Disk;
import com.google.cloud.compute.v1.Firewall;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.Network;
import com.google.cloud.compute.v1.Subnetwork;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.protobuf.util.Timestamps;
import dev.privatellm.machine.cloud.Asset;
import dev.privatellm.machine.cloud.LabelTime;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.PriceList;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.StandingPrices;
import dev.privatellm.machine.cloud.Zone;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Google says of a thing of ours, as our value. */
final class AssetTranslation {
    static final String MANAGED_BY = "managed-by";
    static final String US = "private-llm";
    static final String NAME_PREFIX = "pllm-";

    private static final String OWNER = "pllm-owner";
    private static final String CLUSTER = "pllm-cluster";
    private static final String RELEASE = "pllm-release";
    private static final BigDecimal HOURS_PER_MONTH = BigDecimal.valueOf(730);

    /** Accounts have no labels; what stands in their description is {@code managed-by=private-llm pllm-owner=…}. */
    private static final Pattern ACCOUNT = Pattern.compile(MANAGED_BY + "=" + US + " " + OWNER + "=([-_a-z0-9]{1,63})");

    private AssetTranslation() {}

    static boolean isOurs(Map<String, String> labels) {
        return US.equals(labels.get(MANAGED_BY));
    }

    /** @param place the project that it is in, if that is not the one which was asked about */
    static Optional<Asset> rule(Firewall rule, String place) {
        return rule.getName().startsWith(NAME_PREFIX)
                ? RuleDescription.read(rule.getDescription())
                        .map(owner -> new Asset(
                                Asset.Kind.RULE,
                                rule.getName(),
                                place,
                                Long.toUnsignedString(rule.getId()),
                                Optional.of(owner.uid()),
                                Optional.of(owner.cluster()),
                                Optional.empty(),
                                InstanceTranslation.time(rule.getCreationTimestamp()),
                                Optional.of(owner.expiresAt()),
                                !rule.getDisabled(),
                                Optional.of(BigDecimal.ZERO)))
                : Optional.empty();
    }

    static Asset machine(Instance machine) {
        boolean isBilled = InstanceStatuses.of(machine.getStatus()).isBillable();
        String type = InstanceTranslation.lastSegment(machine.getMachineType());
        Zone zone = new Zone(InstanceTranslation.lastSegment(machine.getZone()));
        ProvisioningModel provisioning =
                machine.getScheduling().getProvisioningModel().equals("SPOT")
                        ? ProvisioningModel.SPOT
                        : ProvisioningModel.STANDARD;
        Optional<BigDecimal> power = isBilled
                ? PriceList.perHour(new Offering(provisioning, type, zone)).map(HOURS_PER_MONTH::multiply)
                : Optional.of(BigDecimal.ZERO);
        Optional<BigDecimal> disk = machine.getDisksList().stream()
                .findFirst()
                .filter(first -> first.getDiskSizeGb() > 0)
                .flatMap(first -> StandingPrices.disk(type, (int) first.getDiskSizeGb()));
        return labelled(
                Asset.Kind.MACHINE,
                machine.getName(),
                zone.name(),
                Long.toUnsignedString(machine.getId()),
                machine.getLabelsMap(),
                InstanceTranslation.time(machine.getCreationTimestamp()),
                isBilled,
                power.flatMap(running -> disk.map(running::add)));
    }

    static Asset disk(Disk disk) {
        return labelled(
                Asset.Kind.DISK,
                disk.getName(),
                InstanceTranslation.lastSegment(disk.getZone()),
                Long.toUnsignedString(disk.getId()),
                disk.getLabelsMap(),
                InstanceTranslation.time(disk.getCreationTimestamp()),
                false,
                StandingPrices.diskOfKind(InstanceTranslation.lastSegment(disk.getType()), (int) disk.getSizeGb()));
    }

    static Asset secret(Secret secret, int paidVersions) {
        String name = InstanceTranslation.lastSegment(secret.getName());
        return labelled(
                Asset.Kind.SECRET,
                name,
                "",
                Timestamps.toString(secret.getCreateTime()),
                secret.getLabelsMap(),
                Optional.of(Instant.ofEpochMilli(Timestamps.toMillis(secret.getCreateTime()))),
                false,
                Optional.of(StandingPrices.secretVersions(paidVersions)));
    }

    static Asset bucket(Bucket bucket) {
        Optional<Instant> created =
                Optional.ofNullable(bucket.getTimeCreated()).map(time -> Instant.ofEpochMilli(time.getValue()));
        return labelled(
                Asset.Kind.BUCKET,
                bucket.getName(),
                Objects.requireNonNullElse(bucket.getLocation(), "").toLowerCase(Locale.ROOT),
                created.map(Instant::toString).orElse(bucket.getName()),
                Objects.requireNonNullElse(bucket.getLabels(), Map.of()),
                created,
                false,
                Optional.empty());
    }

    static Optional<Asset> account(com.google.api.services.iam.v1.model.ServiceAccount account) {
        String email = Objects.requireNonNullElse(account.getEmail(), "");
        Matcher ours = ACCOUNT.matcher(Objects.requireNonNullElse(account.getDescription(), ""));
        return email.startsWith(NAME_PREFIX) && email.contains("@") && ours.matches()
                ? Optional.of(new Asset(
                        Asset.Kind.ACCOUNT,
                        email.substring(0, email.indexOf('@')),
                        "",
                        Objects.requireNonNullElse(account.getUniqueId(), email),
                        Optional.of(ours.group(1)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.of(BigDecimal.ZERO)))
                : Optional.empty();
    }

    static Asset network(Network network) {
        return new Asset(
                Asset.Kind.NETWORK,
                network.getName(),
                "",
                Long.toUnsignedString(network.getId()),
                Optional.empty(),
                cluster(network),
                Optional.empty(),
                InstanceTranslation.time(network.getCreationTimestamp()),
                Optional.empty(),
                false,
                Optional.of(BigDecimal.ZERO));
    }

    static Asset subnet(Subnetwork subnet, Network network) {
        return new Asset(
                Asset.Kind.SUBNET,
                subnet.getName(),
                InstanceTranslation.lastSegment(subnet.getRegion()),
                Long.toUnsignedString(subnet.getId()),
                Optional.empty(),
                cluster(network),
                Optional.empty(),
                InstanceTranslation.time(subnet.getCreationTimestamp()),
                Optional.empty(),
                false,
                Optional.of(BigDecimal.ZERO));
    }

    private static Optional<String> cluster(Network network) {
        return NetworkDescription.read(network.getDescription())
                .map(dev.privatellm.machine.cloud.Network.Owner::cluster);
    }

    private static Asset labelled(
            Asset.Kind kind,
            String name,
            String place,
            String cloudId,
            Map<String, String> labels,
            Optional<Instant> createdAt,
            boolean inUse,
            Optional<BigDecimal> usdPerMonth) {
        return new Asset(
                kind,
                name,
                place,
                cloudId,
                Optional.ofNullable(labels.get(OWNER)),
                Optional.ofNullable(labels.get(CLUSTER)),
                Optional.ofNullable(labels.get(RELEASE)),
                createdAt,
                Optional.ofNullable(labels.get(LabelTime.LEASE)).flatMap(LabelTime::read),
                Optional.ofNullable(labels.get(LabelTime.HOLDER)),
                inUse,
                usdPerMonth);
    }
}
