// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.Operation;
import dev.privatellm.lab.gcp.instance.Address;
import dev.privatellm.lab.gcp.instance.Machine;
import dev.privatellm.lab.gcp.instance.MachineRoom;
import dev.privatellm.lab.gcp.instance.MachineSetup;
import dev.privatellm.lab.gcp.record.FaultRule;
import dev.privatellm.lab.gcp.rest.Caller;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves instances through their status words and is the only one that changes them: PROVISIONING, STAGING, RUNNING on the way up, STOPPING, TERMINATED on the
 * way down. Every step of the way up belongs to one power cycle ({@link Vm#run}); a way down begins a new one, so that late steps find nothing to do.
 *
 * <p>Methods that take an {@link OperationRequest} are called with the ground's lock held and return at once; steps take it themselves, and never hold it
 * while they wait for a process.
 */
final class InstanceLife {

    private static final Logger log = LoggerFactory.getLogger(InstanceLife.class);

    private final Ground ground;
    private final Operations operations;
    private final VmTable vms;
    private final Disks disks;
    private final MachineRoom room;
    private final Function<Caller, String> tokens;
    private final BiPredicate<Vm, InetAddress> admits;

    /**
     * @param tokens makes an access token, as a metadata server tells it
     * @param admits whether the firewall lets a peer reach an instance's port
     */
    InstanceLife(
            Ground ground,
            Operations operations,
            VmTable vms,
            Disks disks,
            MachineRoom room,
            Function<Caller, String> tokens,
            BiPredicate<Vm, InetAddress> admits) {
        this.ground = ground;
        this.operations = operations;
        this.vms = vms;
        this.disks = disks;
        this.room = room;
        this.tokens = tokens;
        this.admits = admits;
    }

    /** A new instance on its way up; if there is no room for it, it vanishes again. */
    Operation insert(Vm vm, OperationRequest request) {
        vms.add(vm);
        return up(vm, request, () -> {
            disks.release(vm.disk);
            vms.remove(vm);
        });
    }

    /** A TERMINATED one on its way up; if there is no room for it, it stays what it was. */
    Operation start(Vm vm, OperationRequest request) {
        return up(vm, request, () -> vm.status = "TERMINATED");
    }

    private Operation up(Vm vm, OperationRequest request, Runnable undo) {
        Optional<FaultRule> fault = ground.faults().onOperation(request.rpc(), vm.zone, vm.type.name());
        Operations.Running operation = operations.begin(request);
        int run = ++vm.run;
        vm.status = "PROVISIONING";
        vm.guestMetadata.preempted(false);
        ground.timeline().after(ground.pace().pending(), operation::running);
        if (fault.isPresent()) {
            ground.timeline()
                    .after(
                            ground.pace().provisioning(),
                            () -> stepUp(vm, run, operation, () -> {
                                vm.run++;
                                undo.run();
                                operation.fail(fault.get().code(), Operations.message(fault.get(), request));
                            }));
            return operation.now();
        }
        vm.bill = ground.bill()
                .begin(
                        vm.zone,
                        vm.name,
                        String.valueOf(vm.id),
                        vm.type.name(),
                        vm.isSpot() ? "SPOT" : "STANDARD",
                        vm.pricePerHour());
        vm.lastStart = ground.clock().instant();
        ground.timeline()
                .after(
                        ground.pace().provisioning(),
                        () -> stepUp(vm, run, operation, () -> {
                            vm.status = "STAGING";
                            ground.timeline().after(ground.pace().staging(), () -> powerOn(vm, run, operation));
                        }));
        return operation.now();
    }

    private void powerOn(Vm vm, int run, Operations.Running operation) {
        MachineSetup setup;
        synchronized (ground.lock()) {
            if (vm.run != run) {
                overtaken(operation);
                return;
            }
            setup = setup(vm);
        }
        try {
            Machine machine = Machine.powerOn(
                    setup,
                    room,
                    vm.serial,
                    vm.disk.content(),
                    () -> tokens.apply(new Caller.Machine(vm.project, vm.zone, vm.name, vm.serviceAccount())),
                    peer -> admits.test(vm, peer));
            running(vm, run, machine, setup.door(), operation);
        } catch (IOException | RuntimeException e) {
            log.warn("Machine {} does not start", vm.name, e);
            operation.fail("INTERNAL_ERROR", "Internal error.");
            step(vm, run, () -> down(vm, false, null));
        }
    }

    private void running(Vm vm, int run, Machine machine, Address door, Operations.Running operation) {
        synchronized (ground.lock()) {
            if (vm.run != run) {
                machine.cut();
                overtaken(operation);
                return;
            }
            vm.machine = machine;
            vm.door = door;
            vm.lastDoor = door;
            vm.status = "RUNNING";
        }
        operation.done();
        ground.timeline().after(ground.pace().system(), () -> machine.boot(reason -> ended(vm, run, reason)));
        if (vm.config.getScheduling().hasMaxRunDuration()) {
            Duration limit = Duration.ofSeconds(
                    vm.config.getScheduling().getMaxRunDuration().getSeconds());
            ground.timeline().after(limit, () -> step(vm, run, () -> down(vm, true, null)));
        }
    }

    private MachineSetup setup(Vm vm) {
        int port = vm.port();
        String label = vm.config.getLabelsOrDefault("lab-port", "");
        Address door =
                label.isEmpty() ? room.addresses().external(port) : new Address("127.0.0.1", Integer.parseInt(label));
        if (!vm.hasExternalAddress() && vm.lastDoor != null) {
            door = vm.lastDoor;
        }
        vm.internal = room.addresses().own() ? new Address(vm.internal.ip(), port) : vm.internal;
        List<String> scopes = vm.config.getServiceAccountsCount() == 0
                ? List.of()
                : vm.config.getServiceAccounts(0).getScopesList();
        return new MachineSetup(
                vm.project,
                Projects.number(vm.project),
                vm.zone,
                vm.name,
                String.valueOf(vm.id),
                vm.type.name(),
                vm.internal,
                door,
                vm.hasExternalAddress(),
                vm.serviceAccount(),
                scopes,
                vm.guestMetadata);
    }

    /** Takes the power from an instance; one that has none is left alone, one that is losing it is waited for. */
    Operation stop(Vm vm, OperationRequest request) {
        vm.startsAgain = false;
        Optional<FaultRule> fault = ground.faults().onOperation(request.rpc(), vm.zone, vm.type.name());
        Operations.Running operation = operations.begin(request);
        ground.timeline().after(ground.pace().pending(), operation::running);
        if (fault.isPresent()) {
            ground.timeline()
                    .after(
                            ground.pace().quick(),
                            () -> operation.fail(fault.get().code(), Operations.message(fault.get(), request)));
        } else if (vm.status.equals("TERMINATED")) {
            ground.timeline().after(ground.pace().quick(), operation::done);
        } else if (isGoingDown(vm)) {
            vm.afterStop.add(operation::done);
        } else {
            down(vm, true, operation);
        }
        return operation.now();
    }

    /** Takes the power and then the instance. */
    Operation delete(Vm vm, OperationRequest request) {
        vm.startsAgain = false;
        Optional<FaultRule> fault = ground.faults().onOperation(request.rpc(), vm.zone, vm.type.name());
        Operations.Running operation = operations.begin(request);
        ground.timeline().after(ground.pace().pending(), operation::running);
        if (fault.isPresent()) {
            ground.timeline()
                    .after(
                            ground.pace().quick(),
                            () -> operation.fail(fault.get().code(), Operations.message(fault.get(), request)));
            return operation.now();
        }
        Runnable gone = () -> {
            if (vms.find(vm.path()).filter(vm::equals).isPresent()) {
                disks.release(vm.disk);
                vms.remove(vm);
            }
            operation.done();
        };
        switch (vm.status) {
            case "STOPPING", "PENDING_STOP", "REPAIRING" -> vm.afterStop.add(gone);
            case "TERMINATED" -> {
                vm.run++;
                vm.status = "STOPPING";
                ground.timeline().after(ground.pace().quick(), () -> {
                    synchronized (ground.lock()) {
                        gone.run();
                        List.copyOf(vm.afterStop).forEach(Runnable::run);
                    }
                });
            }
            default -> {
                vm.afterStop.add(gone);
                down(vm, true, null);
            }
        }
        return operation.now();
    }

    /** It goes down by itself, and what waits for that need not tell it to. */
    private static boolean isGoingDown(Vm vm) {
        return Set.of("STOPPING", "PENDING_STOP", "REPAIRING").contains(vm.status);
    }

    private void ended(Vm vm, int run, String reason) {
        log.info("{}: {}", vm.name, reason);
        step(vm, run, () -> {
            operations.system(OperationRequest.ofTheCloud(vm, "compute.instances.guestTerminate"));
            down(vm, true, null);
        });
    }

    /** Takes the power from an instance, and tells its software before unless it must be quick. */
    void down(Vm vm, boolean gently, Operations.@Nullable Running operation) {
        int run = ++vm.run;
        vm.status = "STOPPING";
        Machine machine = vm.machine;
        ground.timeline().after(gently ? ground.pace().stopping() : Duration.ZERO, () -> {
            takePower(machine, gently);
            if (operation != null) {
                operation.done();
            }
            ground.timeline().after(ground.pace().linger(), () -> step(vm, run, () -> terminated(vm)));
        });
    }

    void takePower(@Nullable Machine machine, boolean gently) {
        if (machine == null) {
            return;
        }
        try {
            if (gently) {
                machine.shutDown(ground.pace().grace());
            } else {
                machine.cut();
            }
        } catch (InterruptedException _) {
            machine.cut();
            Thread.currentThread().interrupt();
        }
    }

    /** It has no power any more. */
    void terminated(Vm vm) {
        vm.status = "TERMINATED";
        vm.machine = null;
        vm.door = null;
        vm.lastStop = ground.clock().instant();
        if (vm.bill != null) {
            vm.bill.end();
        }
        List<Runnable> waiting = List.copyOf(vm.afterStop);
        vm.afterStop.clear();
        waiting.forEach(Runnable::run);
        if (vm.startsAgain) {
            int run = vm.run;
            ground.timeline().after(ground.pace().halfNotice(), () -> step(vm, run, () -> startAgain(vm)));
        }
    }

    /** By then somebody may have said that it shall stay as it is. */
    private void startAgain(Vm vm) {
        if (vm.startsAgain) {
            vm.startsAgain = false;
            start(vm, OperationRequest.ofTheCloud(vm, "compute.instances.automaticRestart"));
        }
    }

    /** A step on the way up; if the instance was turned back meanwhile, its operation ends with that. */
    private void stepUp(Vm vm, int run, Operations.Running operation, Runnable what) {
        synchronized (ground.lock()) {
            if (vm.run == run) {
                what.run();
            } else {
                overtaken(operation);
            }
        }
    }

    private static void overtaken(Operations.Running operation) {
        operation.fail("OPERATION_CANCELED_BY_USER", "The instance was stopped meanwhile.");
    }

    /** Does a step of a power cycle, unless another has begun. */
    void step(Vm vm, int run, Runnable what) {
        synchronized (ground.lock()) {
            if (vm.run == run) {
                what.run();
            }
        }
    }
}
