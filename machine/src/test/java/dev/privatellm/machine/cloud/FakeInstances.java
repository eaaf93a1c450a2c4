// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** Machines in memory, moved by a clock. Keeps the bill: how long any owner had more than one machine that is charged. */
public final class FakeInstances implements InstanceProvider {
    private final FakeClock clock;
    private final Faults faults;
    private final FakeOperations operations;
    private final Map<InstanceId, FakeInstance> boxes = new LinkedHashMap<>();
    private final Set<Offering> exhausted = new HashSet<>();
    private Duration startTime = Duration.ofSeconds(3);
    private Duration stopTime = Duration.ofSeconds(4);
    private Duration listLag = Duration.ZERO;
    private Duration metadataTime = Duration.ZERO;
    private Duration hiddenTime = Duration.ZERO;
    private final List<FakeInstance> unborn = new ArrayList<>();
    private Instant billedUntil;
    private Duration doubleBilled = Duration.ZERO;
    private Duration billed = Duration.ZERO;
    private final Map<String, Instant> preemptions = new HashMap<>();
    private final BiFunction<InstanceSpec, Offering, Optional<CloudFailure>> ground;
    private BiFunction<Instance, String, Optional<String>> guests = (_, _) -> Optional.empty();
    private int created;
    private String printed = "";

    /** @param ground what a machine lacks that it would stand on */
    FakeInstances(FakeClock clock, Faults faults, BiFunction<InstanceSpec, Offering, Optional<CloudFailure>> ground) {
        this.clock = clock;
        this.faults = faults;
        this.ground = ground;
        this.operations = new FakeOperations(clock);
        this.billedUntil = clock.instant();
    }

    /** How long machines take from being asked for to running, and from being told to stop to standing. */
    public void pace(Duration newStartTime, Duration newStopTime) {
        startTime = newStartTime;
        stopTime = newStopTime;
    }

    /** How long it takes from the call until new metadata are there. */
    public void metadataTakes(Duration time) {
        metadataTime = time;
    }

    /** How long it takes from the call until there is anything to be seen of a new machine; its operation goes on for as long. */
    public void insertsStayHidden(Duration time) {
        hiddenTime = time;
    }

    /** How long lists take to show what is there. */
    public void listsLag(Duration lag) {
        listLag = lag;
    }

    /** Has none of these from now on. */
    public void exhaust(Offering offering) {
        exhausted.add(offering);
    }

    /** Has all of them again. */
    public void replenish() {
        exhausted.clear();
    }

    /** Takes a machine's power, as somebody else would; with {@code now} it stands at once. */
    public void loseFromOutside(InstanceId id) {
        settle();
        FakeInstance box = boxes.get(id);
        box.move(InstanceStatus.STOPPED, InstanceStatus.STOPPED, clock.instant());
    }

    /** Takes a machine back, as the cloud does with spot machines; it stands at once, and its guest had no time to say so. */
    public void preempt(InstanceId id) {
        loseFromOutside(id);
        preemptions.put(boxes.get(id).cloudId, clock.instant());
    }

    /** Tells a machine to stop, as somebody else would. */
    public void stopFromOutside(InstanceId id) {
        settle();
        boxes.get(id)
                .move(
                        InstanceStatus.STOPPING,
                        InstanceStatus.STOPPED,
                        clock.instant().plus(stopTime));
    }

    /** Suspends a machine, as somebody else would. */
    public void suspendFromOutside(InstanceId id) {
        settle();
        boxes.get(id).move(InstanceStatus.SUSPENDED, InstanceStatus.SUSPENDED, clock.instant());
    }

    /** Removes a machine and its disk, as somebody else would. */
    public void removeFromOutside(InstanceId id) {
        settle();
        boxes.remove(id);
    }

    /** Gives a machine power, as somebody else would. */
    public void startFromOutside(InstanceId id) {
        settle();
        boxes.get(id).move(InstanceStatus.STAGING, InstanceStatus.RUNNING, clock.instant());
    }

    /** Hands a machine to another owner. */
    public void plant(InstanceSpec spec, Offering offering) {
        settle();
        FakeInstance box = new FakeInstance(
                spec, offering, String.valueOf(7_000_000_000L + ++created), clock.instant(), clock.instant());
        boxes.put(box.id, box);
    }

    /** Forgets all operations. */
    public void forgetOperations() {
        operations.forget();
    }

    /** Machines there are, in whatever status. */
    public List<Instance> all() {
        settle();
        return boxes.values().stream().map(FakeInstance::view).toList();
    }

    /** What was asked for when this machine was made. */
    public InstanceSpec specOf(InstanceId id) {
        return boxes.get(id).spec;
    }

    /** Whether any machine is attached to the network of this name. */
    boolean usesNetwork(String network) {
        settle();
        return boxes.values().stream().anyMatch(box -> box.spec.network().equals(network));
    }

    /** Machines that are being charged. */
    public List<Instance> billable() {
        return all().stream().filter(instance -> instance.status().isBillable()).toList();
    }

    /** How many machines were ever made. */
    public int created() {
        return created;
    }

    /** How long two or more were charged at the same time. */
    public Duration doubleBilled() {
        settle();
        return doubleBilled;
    }

    /** How long all machines together were charged. */
    public Duration billed() {
        settle();
        return billed;
    }

    @Override
    public Optional<Instance> find(InstanceId id) {
        return faults.call("find", () -> {
            settle();
            return Optional.ofNullable(boxes.get(id)).map(FakeInstance::view);
        });
    }

    @Override
    public List<Instance> findByOwner(String owner) {
        return faults.call("findByOwner", () -> labelled("pllm-owner", owner));
    }

    @Override
    public List<Instance> findByResource(String resource) {
        return faults.call("findByResource", () -> labelled("pllm-resource", resource));
    }

    private List<Instance> labelled(String label, String value) {
        settle();
        Predicate<FakeInstance> isListed = box -> !box.createdAt.plus(listLag).isAfter(clock.instant());
        return boxes.values().stream()
                .filter(isListed)
                .filter(box -> value.equals(box.labels.get(label)))
                .map(FakeInstance::view)
                .toList();
    }

    @Override
    public boolean wasPreempted(InstanceId id, String cloudId, Instant since) {
        return faults.call(
                "wasPreempted",
                () -> Optional.ofNullable(preemptions.get(cloudId))
                        .filter(at -> !at.isBefore(since))
                        .isPresent());
    }

    @Override
    public OperationId insert(InstanceSpec spec, Offering offering, RequestId requestId) {
        return faults.call(
                "insert",
                () -> operations.once(requestId, () -> {
                    settle();
                    InstanceId id = new InstanceId(offering.zone(), spec.name());
                    if (boxes.containsKey(id) || unborn.stream().anyMatch(box -> box.id.equals(id))) {
                        throw new CloudFailure.AlreadyExists("alreadyExists", id + " exists", null);
                    }
                    ground.apply(spec, offering).ifPresent(missing -> {
                        throw missing;
                    });
                    Instant shows = clock.instant().plus(hiddenTime);
                    Instant runsAt = shows.plus(startTime);
                    Optional<CloudFailure> failure = failure("insert", offering);
                    if (failure.isEmpty()) {
                        unborn.add(new FakeInstance(spec, offering, "cloud-" + ++created, shows, runsAt));
                        settle();
                    }
                    return operations.begin(Optional.of(offering.zone()), runsAt, failure);
                }));
    }

    private Optional<CloudFailure> failure(String call, Offering offering) {
        return faults.operationFailure(call)
                .or(() -> exhausted.contains(offering) ? Optional.of(Faults.stockout()) : Optional.empty());
    }

    @Override
    public OperationId start(InstanceId id, RequestId requestId) {
        return faults.call(
                "start",
                () -> operations.once(requestId, () -> {
                    FakeInstance box = existing(id);
                    return switch (box.status) {
                        case STOPPING, SUSPENDING, DEPROVISIONING ->
                            throw new CloudFailure.NotReady("resourceNotReady", id + " is stopping", null);
                        case PROVISIONING, STAGING, RUNNING, REPAIRING, UNKNOWN, SUSPENDED ->
                            operations.begin(Optional.of(id.zone()), clock.instant(), Optional.empty());
                        case STOPPED -> {
                            Instant runsAt = clock.instant().plus(startTime);
                            Optional<CloudFailure> failure = failure("start", box.asItIsNow());
                            if (failure.isEmpty()) {
                                box.move(InstanceStatus.STAGING, InstanceStatus.RUNNING, runsAt);
                            }
                            yield operations.begin(Optional.of(id.zone()), runsAt, failure);
                        }
                    };
                }));
    }

    @Override
    public OperationId stop(InstanceId id, RequestId requestId) {
        return faults.call(
                "stop",
                () -> operations.once(requestId, () -> {
                    FakeInstance box = existing(id);
                    Optional<CloudFailure> failure = faults.operationFailure("stop");
                    Instant now = clock.instant();
                    if (failure.isEmpty() && box.status != InstanceStatus.STOPPED) {
                        box.move(InstanceStatus.STOPPING, InstanceStatus.STOPPED, now.plus(stopTime));
                    }
                    return operations.begin(Optional.of(id.zone()), now.plus(stopTime.dividedBy(2)), failure);
                }));
    }

    @Override
    public OperationId delete(InstanceId id, RequestId requestId) {
        return faults.call(
                "delete",
                () -> operations.once(requestId, () -> {
                    FakeInstance box = existing(id);
                    Optional<CloudFailure> failure = faults.operationFailure("delete");
                    Instant goneAt = clock.instant().plus(stopTime);
                    if (failure.isEmpty()) {
                        box.goesWithoutPower = box.status == InstanceStatus.STOPPED;
                        box.move(InstanceStatus.STOPPING, InstanceStatus.DEPROVISIONING, goneAt);
                    }
                    return operations.begin(Optional.of(id.zone()), goneAt, failure);
                }));
    }

    @Override
    public OperationId setMetadata(
            InstanceId id, Map<String, String> metadata, String fingerprint, RequestId requestId) {
        return faults.call(
                "setMetadata",
                () -> operations.once(requestId, () -> {
                    FakeInstance box = existing(id);
                    if (!fingerprint.equals("fingerprint-" + box.fingerprint)) {
                        throw new CloudFailure.Conflict("conditionNotMet", "metadata has changed", null);
                    }
                    Optional<CloudFailure> failure = faults.operationFailure("setMetadata");
                    Instant changesAt = clock.instant().plus(metadataTime);
                    if (failure.isEmpty()) {
                        box.nextMetadata = Optional.of(Map.copyOf(metadata));
                        box.metadataChangesAt = changesAt;
                        settle();
                    }
                    return operations.begin(Optional.of(id.zone()), changesAt, failure);
                }));
    }

    @Override
    public OperationId claim(InstanceId id, Claim claim, String owner, RequestId requestId) {
        return faults.call(
                "claim",
                () -> operations.once(requestId, () -> {
                    FakeInstance box = existing(id);
                    if (!box.labels.getOrDefault("pllm-owner", owner).equals(owner)) {
                        throw new CloudFailure.Conflict("OWNED_BY_OTHER", "it is somebody else's", null);
                    }
                    Optional<CloudFailure> failure = faults.operationFailure("claim");
                    if (failure.isEmpty()) {
                        box.claimed(claim);
                    }
                    return operations.begin(
                            Optional.of(id.zone()), clock.instant().plus(metadataTime), failure);
                }));
    }

    @Override
    public OperationId setMachineType(InstanceId id, String machineType, RequestId requestId) {
        return faults.call(
                "setMachineType",
                () -> operations.once(requestId, () -> {
                    FakeInstance box = existing(id);
                    if (box.status != InstanceStatus.STOPPED) {
                        throw new CloudFailure.NotReady("resourceNotReady", id + " has power", null);
                    }
                    Optional<CloudFailure> failure = faults.operationFailure("setMachineType");
                    if (failure.isEmpty()) {
                        box.machineType = machineType;
                    }
                    return operations.begin(Optional.of(id.zone()), clock.instant(), failure);
                }));
    }

    @Override
    public OperationId setScheduling(InstanceId id, Offering offering, Duration maxRunDuration, RequestId requestId) {
        return faults.call(
                "setScheduling",
                () -> operations.once(requestId, () -> {
                    FakeInstance box = existing(id);
                    if (box.status != InstanceStatus.STOPPED) {
                        throw new CloudFailure.NotReady("resourceNotReady", id + " has power", null);
                    }
                    if (offering.provisioning() != box.offering.provisioning()) {
                        throw new CloudFailure.InvalidRequest("invalid", "how it is bought does not change", null);
                    }
                    Optional<CloudFailure> failure = faults.operationFailure("setScheduling");
                    if (failure.isEmpty()) {
                        box.scheduling = Scheduling.stoppedAfter(maxRunDuration);
                    }
                    return operations.begin(Optional.of(id.zone()), clock.instant(), failure);
                }));
    }

    @Override
    public OperationId setLabels(InstanceId id, Map<String, String> labels, String fingerprint, RequestId requestId) {
        return faults.call(
                "setLabels",
                () -> operations.once(requestId, () -> {
                    FakeInstance box = existing(id);
                    if (!fingerprint.equals("labels-" + box.labelFingerprint)) {
                        throw new CloudFailure.Conflict("conditionNotMet", "labels have changed", null);
                    }
                    Optional<CloudFailure> failure = faults.operationFailure("setLabels");
                    if (failure.isEmpty()) {
                        box.labels = Map.copyOf(labels);
                        box.labelFingerprint++;
                    }
                    return operations.begin(Optional.of(id.zone()), clock.instant(), failure);
                }));
    }

    @Override
    public OperationId resizeDisk(InstanceId id, String disk, int sizeGb, RequestId requestId) {
        return faults.call(
                "resizeDisk",
                () -> operations.once(requestId, () -> {
                    FakeInstance box = existing(id);
                    if (!disk.equals(id.name().value())) {
                        throw new CloudFailure.NotFound("notFound", disk + " is not there", null);
                    }
                    if (sizeGb <= box.diskGb) {
                        throw new CloudFailure.InvalidRequest("invalid", "disks do not shrink", null);
                    }
                    Optional<CloudFailure> failure = faults.operationFailure("resizeDisk");
                    if (failure.isEmpty()) {
                        box.diskGb = sizeGb;
                    }
                    return operations.begin(Optional.of(id.zone()), clock.instant(), failure);
                }));
    }

    /** Replaces a machine's network tags, as somebody else would. */
    public void changeTagsFromOutside(InstanceId id, Set<String> tags) {
        boxes.get(id).tags = Set.copyOf(tags);
    }

    /** Replaces a machine's labels, as somebody else would. */
    public void changeLabelsFromOutside(InstanceId id, Map<String, String> labels) {
        boxes.get(id).labels = Map.copyOf(labels);
        boxes.get(id).labelFingerprint++;
    }

    /** Takes a machine's external address for good, as somebody else would. */
    public void takeAddressFromOutside(InstanceId id) {
        boxes.get(id).isExternal = false;
    }

    /** Changes what the cloud does with a machine's power by itself, as somebody else would. */
    public void rescheduleFromOutside(InstanceId id, Scheduling scheduling) {
        boxes.get(id).scheduling = scheduling;
    }

    /** Makes it a machine of another type, as somebody else would. */
    public void changeTypeFromOutside(InstanceId id, String machineType) {
        boxes.get(id).machineType = machineType;
    }

    /** Who writes the guest attributes of machines that run. */
    public void guestsWrite(BiFunction<Instance, String, Optional<String>> writer) {
        guests = writer;
    }

    /** What a machine has written stays until it writes something else, whether it runs or not. */
    @Override
    public Optional<String> guestAttribute(InstanceId id, String path) {
        return faults.call("guestAttribute", () -> {
            settle();
            FakeInstance box = boxes.get(id);
            if (box == null || !"TRUE".equals(box.metadata.get("enable-guest-attributes"))) {
                return Optional.empty();
            }
            if (box.status == InstanceStatus.RUNNING) {
                guests.apply(box.view(), path).ifPresent(value -> box.guestAttributes.put(path, value));
            }
            return Optional.ofNullable(box.guestAttributes.get(path));
        });
    }

    /** What every machine shows on its console from now on. */
    public void print(String output) {
        printed = output;
    }

    @Override
    public Optional<String> console(InstanceId id) {
        return faults.call("console", () -> {
            settle();
            return Optional.ofNullable(boxes.get(id)).map(_ -> printed);
        });
    }

    @Override
    public OperationStatus operation(OperationId id) {
        return faults.call("operation", () -> {
            settle();
            return operations.status(id);
        });
    }

    private FakeInstance existing(InstanceId id) {
        settle();
        FakeInstance box = boxes.get(id);
        if (box == null) {
            throw new CloudFailure.NotFound("notFound", id + " is not there", null);
        }
        return box;
    }

    /** Moves every machine to where it is by now, and the bill with them, change by change. */
    private void settle() {
        Instant now = clock.instant();
        while (billedUntil.isBefore(now)) {
            Instant next = nextChange(now);
            bill(Duration.between(billedUntil, next));
            billedUntil = next;
            settle(next);
        }
        settle(now);
    }

    private void settle(Instant moment) {
        unborn.stream().filter(box -> !moment.isBefore(box.createdAt)).forEach(box -> boxes.put(box.id, box));
        unborn.removeIf(box -> !moment.isBefore(box.createdAt));
        boxes.values().forEach(box -> box.settle(moment));
        boxes.values().removeIf(box -> box.removedAt.isPresent());
    }

    private Instant nextChange(Instant now) {
        List<Instant> changes = new ArrayList<>();
        for (FakeInstance box : boxes.values()) {
            if (box.status != box.next && box.changesAt.isAfter(billedUntil) && box.changesAt.isBefore(now)) {
                changes.add(box.changesAt);
            }
        }
        for (FakeInstance box : unborn) {
            if (box.createdAt.isAfter(billedUntil) && box.createdAt.isBefore(now)) {
                changes.add(box.createdAt);
            }
        }
        return changes.stream().min(Instant::compareTo).orElse(now);
    }

    private void bill(Duration length) {
        Map<String, Integer> perOwner = new HashMap<>();
        Collection<FakeInstance> present = boxes.values();
        for (FakeInstance box : present) {
            if (box.status.isBillable() && !box.goesWithoutPower) {
                perOwner.merge(box.labels.getOrDefault("pllm-owner", ""), 1, Integer::sum);
                billed = billed.plus(length);
            }
        }
        if (perOwner.values().stream().anyMatch(count -> count > 1)) {
            doubleBilled = doubleBilled.plus(length);
        }
    }
}
