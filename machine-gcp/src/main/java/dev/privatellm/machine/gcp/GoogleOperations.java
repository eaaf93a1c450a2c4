// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.compute.v1.GetGlobalOperationRequest;
import com.google.cloud.compute.v1.GetRegionOperationRequest;
import com.google.cloud.compute.v1.GetZoneOperationRequest;
import com.google.cloud.compute.v1.ListZoneOperationsRequest;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.OperationList;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Zone;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Compute Engine's operations, asked by {@code get}: nobody waits here. Records are kept for a limited time only. */
final class GoogleOperations {
    /** One that takes longer is not waited for any more: a rule has to be closed, whatever became of the change before it. */
    private static final Duration LONGEST_CHANGE = Duration.ofMinutes(5);

    private static final String PREEMPTED = "compute.instances.preempted";

    private final GoogleClients clients;
    private final String project;
    private final Lock networking = new ReentrantLock();
    private Optional<Change> networkChange = Optional.empty();

    GoogleOperations(GoogleClients clients, String project) {
        this.clients = clients;
        this.project = project;
    }

    /** Names the operation that a mutation in a zone was answered with. */
    static OperationId inZone(Zone zone, Operation operation) {
        return OperationId.in(zone, operation.getName());
    }

    /** Names the operation that a mutation in a region was answered with. */
    static OperationId inRegion(String region, Operation operation) {
        return OperationId.inRegion(region, operation.getName());
    }

    /** Names the operation that a mutation of the whole project was answered with. */
    static OperationId global(Operation operation) {
        return OperationId.global(operation.getName());
    }

    /**
     * Makes a change to networks, subnets or firewall rules unless another one of ours is under way: Google refuses the second of two on one network
     * (<a href="https://cloud.google.com/vpc/docs/create-modify-vpc-networks">resourceNotReady</a>), and where it does not, their order would be a matter of
     * luck. One lane for the whole project, since whoever deletes a rule does not know its network.
     *
     * @param requestId lets a change through that is under way itself
     * @throws CloudFailure.NotReady if another one is under way: nothing was sent
     */
    OperationId networking(RequestId requestId, Supplier<OperationId> change) {
        networking.lock();
        try {
            Optional<OperationId> other = networkChange
                    .filter(begun -> !begun.requestId().equals(requestId))
                    .filter(begun -> System.nanoTime() - begun.since() < LONGEST_CHANGE.toNanos())
                    .map(Change::operation);
            if (other.isPresent() && isUnderWay(other.get())) {
                String code = "NETWORK_BUSY";
                throw new CloudFailure.NotReady(
                        code,
                        "%s, another change of the project's networks, is under way"
                                .formatted(other.get().name()),
                        new IllegalStateException(code));
            }
            OperationId begun = change.get();
            networkChange = Optional.of(new Change(requestId, begun, System.nanoTime()));
            return begun;
        } finally {
            networking.unlock();
        }
    }

    OperationStatus status(OperationId id) {
        try {
            return statusOf(GoogleErrors.calling(() -> get(id)));
        } catch (CloudFailure.NotFound e) {
            return new OperationStatus.Forgotten();
        }
    }

    /**
     * Whether the cloud took this instance back at this moment or later: that leaves an operation of its own
     * (<a href="https://cloud.google.com/compute/docs/instances/create-use-spot#detect-preemption">detecting preemption</a>). Times are compared here, as the
     * filter's language knows them as text only.
     */
    boolean wasPreempted(Zone zone, String instanceId, Instant since) {
        ListZoneOperationsRequest request = ListZoneOperationsRequest.newBuilder()
                .setProject(project)
                .setZone(zone.name())
                .setFilter("operationType = \"%s\"".formatted(PREEMPTED))
                .setReturnPartialSuccess(false)
                .build();
        return Pages.all(
                        () -> clients.zoneOperations().listCallable(),
                        request,
                        (first, token) -> first.toBuilder().setPageToken(token).build(),
                        GoogleOperations::complete,
                        OperationList::getNextPageToken)
                .stream()
                .flatMap(page -> page.getItemsList().stream())
                .filter(operation -> operation.getOperationType().equals(PREEMPTED))
                .filter(operation ->
                        Long.toUnsignedString(operation.getTargetId()).equals(instanceId))
                .flatMap(operation -> InstanceTranslation.time(operation.getInsertTime()).stream())
                .anyMatch(at -> !at.isBefore(since));
    }

    private static OperationList complete(OperationList page) {
        Pages.requireReached(page.getWarning());
        return page;
    }

    private Operation get(OperationId id) {
        if (id.zone().isPresent()) {
            return clients.zoneOperations()
                    .get(GetZoneOperationRequest.newBuilder()
                            .setProject(project)
                            .setZone(id.zone().get().name())
                            .setOperation(id.name())
                            .build());
        }
        if (id.region().isPresent()) {
            return clients.regionOperations()
                    .get(GetRegionOperationRequest.newBuilder()
                            .setProject(project)
                            .setRegion(id.region().get())
                            .setOperation(id.name())
                            .build());
        }
        return clients.globalOperations()
                .get(GetGlobalOperationRequest.newBuilder()
                        .setProject(project)
                        .setOperation(id.name())
                        .build());
    }

    private static OperationStatus statusOf(Operation operation) {
        if (operation.getStatus() != Operation.Status.DONE) {
            return new OperationStatus.Running();
        }
        if (operation.getError().getErrorsCount() == 0 && operation.getHttpErrorStatusCode() == 0) {
            return new OperationStatus.Done();
        }
        return new OperationStatus.Failed(GoogleErrors.of(operation));
    }

    /** A look that fails says nothing about the change that is to be made: Google will object if it has to. */
    private boolean isUnderWay(OperationId other) {
        try {
            return status(other) instanceof OperationStatus.Running;
        } catch (CloudFailure e) {
            return false;
        }
    }

    /** @param since by the machine's own ticker */
    private record Change(RequestId requestId, OperationId operation, long since) {}
}
