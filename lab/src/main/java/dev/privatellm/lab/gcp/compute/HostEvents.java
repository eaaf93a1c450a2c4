// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import dev.privatellm.lab.gcp.instance.Machine;
import java.time.Duration;

/** What happens to running instances though nobody has asked the API for it. Called with the ground's lock held; returns at once. */
final class HostEvents {
    private final Ground ground;
    private final Operations operations;
    private final InstanceLife life;

    HostEvents(Ground ground, Operations operations, InstanceLife life) {
        this.ground = ground;
        this.operations = operations;
        this.life = life;
    }

    /** The cloud wants a spot machine back: notice, signal, power. */
    void preempt(Vm vm) {
        tell(vm, "compute.instances.preempted");
        vm.guestMetadata.preempted(true);
        goesDownLater(vm, "STOPPING");
    }

    /** The host loses its power, and with it the machine. */
    void kill(Vm vm) {
        life.down(vm, false, null);
    }

    /**
     * A machine with GPUs cannot be moved, so it is stopped, and started again by the cloud if it may be, which spot machines never may
     * (https://cloud.google.com/compute/docs/instances/host-maintenance-overview, https://cloud.google.com/compute/docs/instances/setting-vm-host-options).
     */
    void maintain(Vm vm) {
        tell(vm, "compute.instances.terminateOnHostMaintenance");
        vm.startsAgain = vm.mayStartAgain();
        life.down(vm, true, null);
    }

    /**
     * The machine loses its power at once and is REPAIRING for as long as the cloud has nothing for it, then TERMINATED or on its way up again
     * (https://cloud.google.com/compute/docs/instances/instance-lifecycle, https://cloud.google.com/compute/docs/instances/host-maintenance-overview).
     */
    void breakHost(Vm vm) {
        tell(vm, "compute.instances.hostError");
        vm.startsAgain = vm.mayStartAgain();
        vm.status = "REPAIRING";
        int run = ++vm.run;
        Machine machine = vm.machine;
        ground.timeline().after(Duration.ZERO, () -> life.takePower(machine, false));
        ground.timeline().after(ground.pace().halfNotice(), () -> life.step(vm, run, () -> life.terminated(vm)));
    }

    /**
     * Somebody stops a machine that may end what it does before it is STOPPING: https://cloud.google.com/compute/docs/instances/graceful-shutdown-overview. The
     * version of the API that this cloud speaks has no word for machines that may, so nobody can ask for one here.
     */
    void shutDown(Vm vm) {
        goesDownLater(vm, "PENDING_STOP");
    }

    private void goesDownLater(Vm vm, String until) {
        vm.status = until;
        int run = ++vm.run;
        ground.timeline().after(ground.pace().halfNotice(), () -> life.step(vm, run, () -> life.down(vm, true, null)));
    }

    private void tell(Vm vm, String type) {
        operations.system(OperationRequest.ofTheCloud(vm, type));
    }
}
