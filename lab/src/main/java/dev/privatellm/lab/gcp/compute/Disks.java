// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.AggregatedListDisksRequest;
import com.google.cloud.compute.v1.AttachedDisk;
import com.google.cloud.compute.v1.AttachedDiskInitializeParams;
import com.google.cloud.compute.v1.Data;
import com.google.cloud.compute.v1.DeleteDiskRequest;
import com.google.cloud.compute.v1.DiskAggregatedList;
import com.google.cloud.compute.v1.DiskList;
import com.google.cloud.compute.v1.DisksScopedList;
import com.google.cloud.compute.v1.GetDiskRequest;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.ListDisksRequest;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.Warning;
import dev.privatellm.lab.engine.ModelStore;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Persistent disks: made with an instance, deleted with it or by themselves. Guarded by the ground's lock. */
final class Disks {

    private final Ground ground;
    private final Operations operations;
    private final Map<String, Disk> disks = new TreeMap<>();

    Disks(Ground ground, Operations operations) {
        this.ground = ground;
        this.operations = operations;
    }

    void bind(RestService service) {
        service.on("Disks.Get", GetDiskRequest.getDefaultInstance(), (_, request) -> {
                    synchronized (ground.lock()) {
                        return find(Links.in(request.getProject(), request.getZone(), "disks", request.getDisk()))
                                .view();
                    }
                })
                .on("Disks.List", ListDisksRequest.getDefaultInstance(), (_, request) -> list(request))
                .on(
                        "Disks.AggregatedList",
                        AggregatedListDisksRequest.getDefaultInstance(),
                        (_, request) -> aggregatedList(request))
                .on("Disks.Delete", DeleteDiskRequest.getDefaultInstance(), this::delete);
    }

    /** The disk that an insert asks for: a new one, or one that exists and is in no use. */
    Disk forInstance(String project, String zone, Instance instance) {
        AttachedDisk attached = instance.getDisks(0);
        if (!attached.getSource().isEmpty()) {
            Disk existing = find(Links.in(
                    project, zone, "disks", Links.nameOf("resource.disks[0].source", attached.getSource(), "disks/")));
            if (existing.view().getUsersCount() > 0) {
                throw ApiError.of(
                        400,
                        "resourceInUseByAnotherResource",
                        "The disk resource '" + existing.path() + "' is already being used");
            }
            return new Disk(
                    project, zone, existing.view(), attached.getAutoDelete(), existing.content(), existing.created());
        }
        AttachedDiskInitializeParams wanted = attached.getInitializeParams();
        String name = wanted.getDiskName().isEmpty() ? instance.getName() : wanted.getDiskName();
        String path = Links.in(project, zone, "disks", name);
        if (disks.containsKey(path)) {
            throw ApiError.alreadyExists(path);
        }
        String type = wanted.getDiskType().isEmpty()
                ? "pd-standard"
                : Links.nameOf("resource.disks[0].initializeParams.diskType", wanted.getDiskType(), "diskTypes/");
        com.google.cloud.compute.v1.Disk view = com.google.cloud.compute.v1.Disk.newBuilder()
                .setKind("compute#disk")
                .setId(ground.newId())
                .setName(name)
                .setZone(Links.self(Links.zone(project, zone)))
                .setSelfLink(Links.self(path))
                .setSizeGb(sizeGb(attached))
                .setType(Links.self(Links.in(project, zone, "diskTypes", type)))
                .setSourceImage(wanted.getSourceImage())
                .putAllLabels(wanted.getLabelsMap())
                .setLabelFingerprint(Links.fingerprint(ground.random()))
                .setStatus("READY")
                .setCreationTimestamp(Links.time(ground.clock().instant()))
                .build();
        return new Disk(
                project,
                zone,
                view,
                attached.getAutoDelete(),
                ModelStore.inMemory(),
                ground.clock().instant());
    }

    private static long sizeGb(AttachedDisk attached) {
        long inner = attached.getInitializeParams().getDiskSizeGb();
        return inner > 0 ? inner : attached.getDiskSizeGb() > 0 ? attached.getDiskSizeGb() : 10;
    }

    /** Keeps it as the disk of an instance. */
    Disk attach(Disk disk, String instancePath) {
        Disk attached = with(disk, disk.view().toBuilder().clearUsers().addUsers(Links.self(instancePath)));
        disks.put(attached.path(), attached);
        return attached;
    }

    /** The disk of this path, whoever uses it. */
    Disk at(String path) {
        return find(path);
    }

    /** Makes a disk larger. */
    Disk grow(String path, long sizeGb) {
        Disk disk = find(path);
        Disk grown = with(disk, disk.view().toBuilder().setSizeGb(sizeGb));
        disks.put(path, grown);
        return grown;
    }

    /** Its instance is gone: so is the disk, or it is free. */
    void release(Disk disk) {
        if (disk.autoDelete()) {
            disks.remove(disk.path());
        } else {
            disks.put(disk.path(), with(disk, disk.view().toBuilder().clearUsers()));
        }
    }

    private static Disk with(Disk disk, com.google.cloud.compute.v1.Disk.Builder view) {
        return new Disk(disk.project(), disk.zone(), view.build(), disk.autoDelete(), disk.content(), disk.created());
    }

    private Disk find(String path) {
        return Optional.ofNullable(disks.get(path)).orElseThrow(() -> ApiError.notFound(path));
    }

    private List<com.google.cloud.compute.v1.Disk> listed(String project, Predicate<Disk> which) {
        return disks.values().stream()
                .filter(disk -> disk.project().equals(project)
                        && which.test(disk)
                        && !disk.created()
                                .plus(ground.lags().lists())
                                .isAfter(ground.clock().instant()))
                .map(Disk::view)
                .toList();
    }

    /** Every zone is in the answer; one without results says so in a warning: https://cloud.google.com/compute/docs/reference/rest/v1/disks/aggregatedList. */
    private DiskAggregatedList aggregatedList(AggregatedListDisksRequest request) {
        synchronized (ground.lock()) {
            Page<com.google.cloud.compute.v1.Disk> page = Page.of(
                    listed(request.getProject(), _ -> true),
                    request.getFilter(),
                    request.getMaxResults(),
                    request.getPageToken());
            DiskAggregatedList.Builder list = DiskAggregatedList.newBuilder().setKind("compute#diskAggregatedList");
            for (String zone : ground.catalog().zoneNames()) {
                List<com.google.cloud.compute.v1.Disk> here = page.items().stream()
                        .filter(disk -> disk.getZone().endsWith("zones/" + zone))
                        .toList();
                DisksScopedList.Builder scope = DisksScopedList.newBuilder().addAllDisks(here);
                if (here.isEmpty()) {
                    scope.setWarning(Warning.newBuilder()
                            .setCode("NO_RESULTS_ON_PAGE")
                            .setMessage("There are no results for scope 'zones/" + zone + "' on this page.")
                            .addData(Data.newBuilder().setKey("scope").setValue("zones/" + zone)));
                }
                list.putItems("zones/" + zone, scope.build());
            }
            return page.nextToken().isEmpty()
                    ? list.build()
                    : list.setNextPageToken(page.nextToken()).build();
        }
    }

    private DiskList list(ListDisksRequest request) {
        synchronized (ground.lock()) {
            List<com.google.cloud.compute.v1.Disk> all =
                    listed(request.getProject(), disk -> disk.zone().equals(request.getZone()));
            Page<com.google.cloud.compute.v1.Disk> page =
                    Page.of(all, request.getFilter(), request.getMaxResults(), request.getPageToken());
            DiskList.Builder list =
                    DiskList.newBuilder().setKind("compute#diskList").addAllItems(page.items());
            return page.nextToken().isEmpty()
                    ? list.build()
                    : list.setNextPageToken(page.nextToken()).build();
        }
    }

    private Operation delete(Caller caller, DeleteDiskRequest request) {
        synchronized (ground.lock()) {
            Optional<Operation> replay =
                    operations.replay(request.getProject(), "Disks.Delete", request.getRequestId());
            if (replay.isPresent()) {
                return replay.get();
            }
            String path = Links.in(request.getProject(), request.getZone(), "disks", request.getDisk());
            Disk disk = find(path);
            if (disk.view().getUsersCount() > 0) {
                throw ApiError.of(
                        400,
                        "resourceInUseByAnotherResource",
                        "The disk resource '%s' is already being used by '%s'"
                                .formatted(path, disk.view().getUsers(0)));
            }
            return operations.quick(
                    new OperationRequest(
                            request.getProject(),
                            "zones/" + request.getZone(),
                            "Disks.Delete",
                            "delete",
                            path,
                            disk.view().getId(),
                            caller.email(),
                            request.getRequestId()),
                    () -> disks.remove(path));
        }
    }
}
