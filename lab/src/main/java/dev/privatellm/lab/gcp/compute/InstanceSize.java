// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.ResizeDiskRequest;
import com.google.cloud.compute.v1.SetMachineTypeInstanceRequest;
import dev.privatellm.lab.gcp.Catalog;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.Optional;

/** The methods that make an instance, or its disk, larger or smaller. */
final class InstanceSize {
    private static final String SET_TYPE = "Instances.SetMachineType";
    private static final String RESIZE = "Disks.Resize";

    private final Ground ground;
    private final Operations operations;
    private final VmTable vms;
    private final Disks disks;

    InstanceSize(Ground ground, Operations operations, VmTable vms, Disks disks) {
        this.ground = ground;
        this.operations = operations;
        this.vms = vms;
        this.disks = disks;
    }

    void bind(RestService service) {
        service.on(SET_TYPE, SetMachineTypeInstanceRequest.getDefaultInstance(), this::setMachineType)
                .on(RESIZE, ResizeDiskRequest.getDefaultInstance(), this::resize);
    }

    /**
     * Only a TERMINATED instance, and only to a type of the series that its GPUs come with
     * (https://cloud.google.com/compute/docs/instances/changing-machine-type-of-stopped-instance).
     */
    private Operation setMachineType(Caller caller, SetMachineTypeInstanceRequest request) {
        synchronized (ground.lock()) {
            Optional<Operation> replay = operations.replay(request.getProject(), SET_TYPE, request.getRequestId());
            if (replay.isPresent()) {
                return replay.get();
            }
            Vm vm = vms.get(request.getProject(), request.getZone(), request.getInstance());
            if (!vm.status.equals("TERMINATED")) {
                throw ApiError.of(400, "resourceNotReady", "The resource '" + vm.path() + "' is not ready");
            }
            Catalog.Type type = InstanceCheck.type(
                    ground.catalog(),
                    vm.zone,
                    request.getInstancesSetMachineTypeRequestResource().getMachineType());
            if (!type.family().equals(vm.type.family())) {
                throw ApiError.invalid("Machine type %s is not compatible with an instance of machine type %s."
                        .formatted(type.name(), vm.type.name()));
            }
            return operations.quick(
                    new OperationRequest(
                            vm.project,
                            "zones/" + vm.zone,
                            SET_TYPE,
                            "setMachineType",
                            vm.path(),
                            vm.id,
                            caller.email(),
                            request.getRequestId()),
                    () -> vm.type = type);
        }
    }

    /** Larger only (https://cloud.google.com/compute/docs/disks/resize-persistent-disk). */
    private Operation resize(Caller caller, ResizeDiskRequest request) {
        synchronized (ground.lock()) {
            Optional<Operation> replay = operations.replay(request.getProject(), RESIZE, request.getRequestId());
            if (replay.isPresent()) {
                return replay.get();
            }
            String path = Links.in(request.getProject(), request.getZone(), "disks", request.getDisk());
            Disk disk = disks.at(path);
            long sizeGb = request.getDisksResizeRequestResource().getSizeGb();
            if (sizeGb <= disk.view().getSizeGb()) {
                throw ApiError.invalidField(
                        "sizeGb",
                        String.valueOf(sizeGb),
                        "New disk size '%d' GiB must be larger than existing size '%d' GiB."
                                .formatted(sizeGb, disk.view().getSizeGb()));
            }
            return operations.quick(
                    new OperationRequest(
                            request.getProject(),
                            "zones/" + request.getZone(),
                            RESIZE,
                            "resizeDisk",
                            path,
                            disk.view().getId(),
                            caller.email(),
                            request.getRequestId()),
                    () -> grow(path, sizeGb));
        }
    }

    private void grow(String path, long sizeGb) {
        Disk grown = disks.grow(path, sizeGb);
        vms.all().stream().filter(vm -> vm.disk.path().equals(path)).forEach(vm -> vm.disk = grown);
    }
}
