// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** One machine in memory; its times are those of its changes, whenever somebody looks. */
final class FakeInstance {
    final InstanceId id;
    final InstanceSpec spec;
    final Offering offering;
    final String cloudId;
    final Instant createdAt;
    Map<String, String> labels;
    Set<String> tags;
    Map<String, String> metadata;
    int fingerprint;
    int labelFingerprint;
    InstanceStatus status = InstanceStatus.PROVISIONING;
    InstanceStatus next = InstanceStatus.RUNNING;
    Instant changesAt;
    Optional<Instant> startedAt = Optional.empty();
    private Optional<Instant> stoppedAt = Optional.empty();
    Optional<Instant> removedAt = Optional.empty();

    /** Whether it had no power when it was told to go: it passes through STOPPING all the same, for nothing. */
    boolean goesWithoutPower;

    Optional<Map<String, String>> nextMetadata = Optional.empty();
    Instant metadataChangesAt = Instant.MAX;
    int starts;
    String machineType;
    int diskGb;
    boolean isExternal;
    Scheduling scheduling;
    final Map<String, String> guestAttributes = new HashMap<>();

    FakeInstance(InstanceSpec spec, Offering offering, String cloudId, Instant now, Instant runsAt) {
        this.id = new InstanceId(offering.zone(), spec.name());
        this.spec = spec;
        this.offering = offering;
        this.cloudId = cloudId;
        this.createdAt = now;
        this.labels = spec.labels();
        this.tags = Set.of(spec.targetTag());
        this.metadata = spec.metadata();
        this.machineType = offering.machineType();
        this.diskGb = spec.diskSizeGb();
        this.isExternal = spec.hasExternalAddress();
        this.scheduling = Scheduling.stoppedAfter(spec.maxRunDuration());
        this.changesAt = runsAt;
    }

    void move(InstanceStatus via, InstanceStatus to, Instant at) {
        status = via;
        next = to;
        changesAt = at;
        noted(at);
    }

    void settle(Instant now) {
        if (nextMetadata.isPresent() && !now.isBefore(metadataChangesAt)) {
            metadata = nextMetadata.get();
            fingerprint++;
            nextMetadata = Optional.empty();
        }
        if (status != next && !now.isBefore(changesAt)) {
            status = next;
            noted(changesAt);
        }
    }

    void claimed(Claim claim) {
        switch (claim) {
            case Claim.Tag(String tag) -> tags = Set.of(tag);
            case Claim.Labels(var more) -> {
                Map<String, String> all = new HashMap<>(labels);
                all.putAll(more);
                labels = Map.copyOf(all);
                labelFingerprint++;
            }
        }
    }

    private void noted(Instant at) {
        if (status == InstanceStatus.RUNNING) {
            starts++;
            startedAt = Optional.of(at);
        }
        if (status == InstanceStatus.STOPPED) {
            stoppedAt = Optional.of(at);
        }
        if (status == InstanceStatus.DEPROVISIONING) {
            removedAt = Optional.of(at);
        }
    }

    Offering asItIsNow() {
        return new Offering(offering.provisioning(), machineType, offering.zone());
    }

    Instance view() {
        boolean isUp = status == InstanceStatus.RUNNING;
        return new Instance(
                id,
                cloudId,
                status,
                status.name(),
                machineType,
                offering.provisioning(),
                isUp && isExternal ? Optional.of("203.0.113." + (10 + starts)) : Optional.empty(),
                Optional.of("10.10.0.2"),
                OptionalInt.empty(),
                labels,
                tags,
                metadata,
                "fingerprint-" + fingerprint,
                spec.network(),
                new Instance.Build(spec.subnet(), spec.serviceAccount(), isExternal, spec.hasSecureBoot()),
                scheduling,
                Optional.of(new Disk(spec.name().value(), diskGb)),
                "labels-" + labelFingerprint,
                createdAt,
                startedAt,
                stoppedAt);
    }
}
