// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.compute.v1.AggregatedListInstancesRequest;
import com.google.cloud.compute.v1.DeleteInstanceRequest;
import com.google.cloud.compute.v1.DisksResizeRequest;
import com.google.cloud.compute.v1.GetGuestAttributesInstanceRequest;
import com.google.cloud.compute.v1.GetInstanceRequest;
import com.google.cloud.compute.v1.GetSerialPortOutputInstanceRequest;
import com.google.cloud.compute.v1.GuestAttributesEntry;
import com.google.cloud.compute.v1.InsertInstanceRequest;
import com.google.cloud.compute.v1.InstanceAggregatedList;
import com.google.cloud.compute.v1.InstancesScopedList;
import com.google.cloud.compute.v1.InstancesSetLabelsRequest;
import com.google.cloud.compute.v1.InstancesSetMachineTypeRequest;
import com.google.cloud.compute.v1.ResizeDiskRequest;
import com.google.cloud.compute.v1.SetLabelsInstanceRequest;
import com.google.cloud.compute.v1.SetMachineTypeInstanceRequest;
import com.google.cloud.compute.v1.SetMetadataInstanceRequest;
import com.google.cloud.compute.v1.SetSchedulingInstanceRequest;
import com.google.cloud.compute.v1.StartInstanceRequest;
import com.google.cloud.compute.v1.StopInstanceRequest;
import dev.privatellm.machine.cloud.Claim;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.ConsoleExcerpt;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.RequestId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@link InstanceProvider} on <a href="https://cloud.google.com/compute/docs/reference/rest/v1/instances">Compute Engine's instances</a>. */
final class GoogleInstances implements InstanceProvider {
    private static final String OWNER_LABEL = "pllm-owner";
    private static final String RESOURCE_LABEL = "pllm-resource";
    private static final Pattern LABEL_VALUE = Pattern.compile("[-_a-z0-9]{1,63}");

    private final GoogleClients clients;
    private final GoogleOperations operations;
    private final String project;
    private final String networkProject;
    private final GoogleClaims claims;
    private final boolean emulated;

    /**
     * @param networkProject whose networks machines are in
     * @param emulated whether the cloud is not Google's own, so that what only an emulator says (ports on machines) is believed
     */
    GoogleInstances(
            GoogleClients clients,
            GoogleOperations operations,
            String project,
            String networkProject,
            boolean emulated) {
        this.clients = clients;
        this.operations = operations;
        this.project = project;
        this.networkProject = networkProject;
        this.claims = new GoogleClaims(clients, project);
        this.emulated = emulated;
    }

    @Override
    public Optional<Instance> find(InstanceId id) {
        GetInstanceRequest request = GetInstanceRequest.newBuilder()
                .setProject(project)
                .setZone(id.zone().name())
                .setInstance(id.name().value())
                .build();
        try {
            return Optional.of(InstanceTranslation.of(
                    GoogleErrors.calling(() -> clients.instances().get(request)), emulated));
        } catch (CloudFailure.NotFound e) {
            return Optional.empty();
        }
    }

    @Override
    public List<Instance> findByOwner(String owner) {
        return labelled(OWNER_LABEL, owner);
    }

    @Override
    public List<Instance> findByResource(String resource) {
        return labelled(RESOURCE_LABEL, resource);
    }

    private List<Instance> labelled(String label, String value) {
        if (!LABEL_VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException("%s: %s (expected: 1 to 63 of a-z, 0-9, -, _)".formatted(label, value));
        }
        return everyLabelled(clients, project, label, value)
                .map(instance -> InstanceTranslation.of(instance, emulated))
                .toList();
    }

    /** Every machine of the project that has this label with this value, in any zone. */
    static Stream<com.google.cloud.compute.v1.Instance> everyLabelled(
            GoogleClients clients, String project, String label, String value) {
        AggregatedListInstancesRequest request = AggregatedListInstancesRequest.newBuilder()
                .setProject(project)
                .setFilter("labels.%s = \"%s\"".formatted(label, value))
                .setReturnPartialSuccess(false)
                .build();
        return Pages.all(
                        () -> clients.instances().aggregatedListCallable(),
                        request,
                        (first, token) -> first.toBuilder().setPageToken(token).build(),
                        GoogleInstances::complete,
                        InstanceAggregatedList::getNextPageToken)
                .stream()
                .flatMap(page -> page.getItemsMap().values().stream())
                .flatMap(zone -> zone.getInstancesList().stream())
                .filter(instance -> value.equals(instance.getLabelsMap().get(label)));
    }

    /** A page counts only if every zone was asked: an unreachable one may hold the machine that a second insert would double. */
    private static InstanceAggregatedList complete(InstanceAggregatedList page) {
        Pages.requireReached(page.getUnreachablesList());
        Pages.requireReached(page.getWarning());
        page.getItemsMap().values().stream()
                .map(InstancesScopedList::getWarning)
                .forEach(Pages::requireReached);
        return page;
    }

    @Override
    public boolean wasPreempted(InstanceId id, String cloudId, Instant since) {
        return operations.wasPreempted(id.zone(), cloudId, since);
    }

    @Override
    public OperationId insert(InstanceSpec spec, Offering offering, RequestId requestId) {
        InsertInstanceRequest request = InsertInstanceRequest.newBuilder()
                .setProject(project)
                .setZone(offering.zone().name())
                .setInstanceResource(InstanceResource.of(spec, offering, networkProject))
                .setRequestId(requestId.toString())
                .build();
        return GoogleOperations.inZone(
                offering.zone(),
                GoogleErrors.calling(() -> clients.instances().insertCallable().call(request)));
    }

    @Override
    public OperationId start(InstanceId id, RequestId requestId) {
        StartInstanceRequest request = StartInstanceRequest.newBuilder()
                .setProject(project)
                .setZone(id.zone().name())
                .setInstance(id.name().value())
                .setRequestId(requestId.toString())
                .build();
        return GoogleOperations.inZone(
                id.zone(),
                GoogleErrors.calling(() -> clients.instances().startCallable().call(request)));
    }

    /** Local SSDs, where a type has them, hold nothing of ours; without giving them up such a machine could not be stopped. */
    @Override
    public OperationId stop(InstanceId id, RequestId requestId) {
        StopInstanceRequest request = StopInstanceRequest.newBuilder()
                .setProject(project)
                .setZone(id.zone().name())
                .setInstance(id.name().value())
                .setDiscardLocalSsd(true)
                .setRequestId(requestId.toString())
                .build();
        return GoogleOperations.inZone(
                id.zone(),
                GoogleErrors.calling(() -> clients.instances().stopCallable().call(request)));
    }

    @Override
    public OperationId delete(InstanceId id, RequestId requestId) {
        DeleteInstanceRequest request = DeleteInstanceRequest.newBuilder()
                .setProject(project)
                .setZone(id.zone().name())
                .setInstance(id.name().value())
                .setRequestId(requestId.toString())
                .build();
        return GoogleOperations.inZone(
                id.zone(),
                GoogleErrors.calling(() -> clients.instances().deleteCallable().call(request)));
    }

    @Override
    public OperationId setMetadata(
            InstanceId id, Map<String, String> metadata, String fingerprint, RequestId requestId) {
        SetMetadataInstanceRequest request = SetMetadataInstanceRequest.newBuilder()
                .setProject(project)
                .setZone(id.zone().name())
                .setInstance(id.name().value())
                .setMetadataResource(InstanceResource.metadata(metadata).setFingerprint(fingerprint))
                .setRequestId(requestId.toString())
                .build();
        return GoogleOperations.inZone(
                id.zone(),
                GoogleErrors.calling(
                        () -> clients.instances().setMetadataCallable().call(request)));
    }

    @Override
    public OperationId claim(InstanceId id, Claim claim, String owner, RequestId requestId) {
        return claims.claim(id, claim, owner, requestId);
    }

    /** The link of a type names its zone (<a href="https://cloud.google.com/compute/docs/reference/rest/v1/instances/setMachineType">setMachineType</a>). */
    @Override
    public OperationId setMachineType(InstanceId id, String machineType, RequestId requestId) {
        SetMachineTypeInstanceRequest request = SetMachineTypeInstanceRequest.newBuilder()
                .setProject(project)
                .setZone(id.zone().name())
                .setInstance(id.name().value())
                .setInstancesSetMachineTypeRequestResource(InstancesSetMachineTypeRequest.newBuilder()
                        .setMachineType("zones/%s/machineTypes/%s".formatted(id.zone(), machineType)))
                .setRequestId(requestId.toString())
                .build();
        return GoogleOperations.inZone(
                id.zone(),
                GoogleErrors.calling(
                        () -> clients.instances().setMachineTypeCallable().call(request)));
    }

    /** Only of an instance that is TERMINATED (<a href="https://cloud.google.com/compute/docs/reference/rest/v1/instances/setScheduling">setScheduling</a>). */
    @Override
    public OperationId setScheduling(InstanceId id, Offering offering, Duration maxRunDuration, RequestId requestId) {
        SetSchedulingInstanceRequest request = SetSchedulingInstanceRequest.newBuilder()
                .setProject(project)
                .setZone(id.zone().name())
                .setInstance(id.name().value())
                .setSchedulingResource(InstanceResource.scheduling(offering, maxRunDuration))
                .setRequestId(requestId.toString())
                .build();
        return GoogleOperations.inZone(
                id.zone(),
                GoogleErrors.calling(
                        () -> clients.instances().setSchedulingCallable().call(request)));
    }

    @Override
    public OperationId resizeDisk(InstanceId id, String disk, int sizeGb, RequestId requestId) {
        ResizeDiskRequest request = ResizeDiskRequest.newBuilder()
                .setProject(project)
                .setZone(id.zone().name())
                .setDisk(disk)
                .setDisksResizeRequestResource(DisksResizeRequest.newBuilder().setSizeGb(sizeGb))
                .setRequestId(requestId.toString())
                .build();
        return GoogleOperations.inZone(
                id.zone(),
                GoogleErrors.calling(() -> clients.disks().resizeCallable().call(request)));
    }

    @Override
    public OperationId setLabels(InstanceId id, Map<String, String> labels, String fingerprint, RequestId requestId) {
        SetLabelsInstanceRequest request = SetLabelsInstanceRequest.newBuilder()
                .setProject(project)
                .setZone(id.zone().name())
                .setInstance(id.name().value())
                .setInstancesSetLabelsRequestResource(InstancesSetLabelsRequest.newBuilder()
                        .putAllLabels(labels)
                        .setLabelFingerprint(fingerprint))
                .setRequestId(requestId.toString())
                .build();
        return GoogleOperations.inZone(
                id.zone(),
                GoogleErrors.calling(
                        () -> clients.instances().setLabelsCallable().call(request)));
    }

    /**
     * A single key is asked for by its whole path; one that was never written is a 404
     * (<a href="https://cloud.google.com/compute/docs/reference/rest/v1/instances/getGuestAttributes">getGuestAttributes</a>).
     */
    @Override
    public Optional<String> guestAttribute(InstanceId id, String path) {
        GetGuestAttributesInstanceRequest request = GetGuestAttributesInstanceRequest.newBuilder()
                .setProject(project)
                .setZone(id.zone().name())
                .setInstance(id.name().value())
                .setQueryPath(path)
                .build();
        try {
            return GoogleErrors.calling(() -> clients.instances().getGuestAttributes(request))
                    .getQueryValue()
                    .getItemsList()
                    .stream()
                    .filter(item -> path.equals(item.getNamespace() + "/" + item.getKey()))
                    .map(GuestAttributesEntry::getValue)
                    .findFirst();
        } catch (CloudFailure.NotFound e) {
            return Optional.empty();
        }
    }

    /** A negative start counts from the end (<a href="https://cloud.google.com/compute/docs/reference/rest/v1/instances/getSerialPortOutput">getSerialPortOutput</a>). */
    @Override
    public Optional<String> console(InstanceId id) {
        GetSerialPortOutputInstanceRequest request = GetSerialPortOutputInstanceRequest.newBuilder()
                .setProject(project)
                .setZone(id.zone().name())
                .setInstance(id.name().value())
                .setStart(-ConsoleExcerpt.TAIL_BYTES)
                .build();
        try {
            return Optional.of(GoogleErrors.calling(() -> clients.instances().getSerialPortOutput(request))
                    .getContents());
        } catch (CloudFailure.NotFound e) {
            return Optional.empty();
        }
    }

    @Override
    public OperationStatus operation(OperationId id) {
        return operations.status(id);
    }
}
