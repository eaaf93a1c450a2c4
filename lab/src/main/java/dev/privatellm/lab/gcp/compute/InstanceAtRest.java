// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.Scheduling;
import com.google.cloud.compute.v1.SetSchedulingInstanceRequest;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.Optional;

/** The methods that set an instance up anew while it is TERMINATED, and only then. */
final class InstanceAtRest {
    private static final String SET_SCHEDULING = "Instances.SetScheduling";

    private final Ground ground;
    private final Operations operations;
    private final VmTable vms;

    InstanceAtRest(Ground ground, Operations operations, VmTable vms) {
        this.ground = ground;
        this.operations = operations;
        this.vms = vms;
    }

    void bind(RestService service) {
        service.on(SET_SCHEDULING, SetSchedulingInstanceRequest.getDefaultInstance(), this::setScheduling);
    }

    /**
     * Only of a TERMINATED instance (https://cloud.google.com/compute/docs/reference/rest/v1/instances/setScheduling); what is left out stays. What it says has to
     * hold together as at an insert, and how an instance is bought is said when it is made (https://cloud.google.com/compute/docs/instances/create-use-spot).
     */
    private Operation setScheduling(Caller caller, SetSchedulingInstanceRequest request) {
        synchronized (ground.lock()) {
            Optional<Operation> replay =
                    operations.replay(request.getProject(), SET_SCHEDULING, request.getRequestId());
            if (replay.isPresent()) {
                return replay.get();
            }
            Vm vm = vms.get(request.getProject(), request.getZone(), request.getInstance());
            if (!vm.status.equals("TERMINATED")) {
                throw ApiError.of(400, "resourceNotReady", "The resource '" + vm.path() + "' is not ready");
            }
            Scheduling before = vm.render().getScheduling();
            Scheduling after = before.toBuilder()
                    .mergeFrom(request.getSchedulingResource())
                    .build();
            if (!after.getProvisioningModel().equals(before.getProvisioningModel())) {
                throw ApiError.invalidField(
                        "provisioningModel",
                        after.getProvisioningModel(),
                        "The provisioning model of an existing instance cannot be changed.");
            }
            InstanceCheck.scheduling(after, vm.type);
            return operations.quick(
                    new OperationRequest(
                            vm.project,
                            "zones/" + vm.zone,
                            SET_SCHEDULING,
                            "setScheduling",
                            vm.path(),
                            vm.id,
                            caller.email(),
                            request.getRequestId()),
                    () -> vm.config = vm.config.toBuilder().setScheduling(after).build());
        }
    }
}
