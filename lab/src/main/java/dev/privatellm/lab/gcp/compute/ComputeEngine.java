// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.Compute;
import dev.privatellm.lab.gcp.iam.Directory;
import dev.privatellm.lab.gcp.instance.Machine;
import dev.privatellm.lab.gcp.instance.MachineRoom;
import dev.privatellm.lab.gcp.project.ProjectTable;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Compute Engine as a whole: its methods, and what the laboratory may do to its machines beyond them. */
public final class ComputeEngine implements AutoCloseable {

    private final Ground ground;
    private final Operations operations;
    private final VmTable vms;
    private final Images images;
    private final HostEvents events;
    private final RestService service;

    /**
     * @param tokens makes an access token for a machine's account, as its metadata server tells it
     * @param directory whom machines may act as
     * @param projects how the projects are set up
     */
    public ComputeEngine(
            Ground ground,
            MachineRoom room,
            Function<Caller, String> tokens,
            Directory directory,
            ProjectTable projects) {
        this.ground = ground;
        service = new RestService(Compute.getDescriptor(), ComputeEngine::authorize, projects::checkBilling);
        operations = new Operations(ground);
        vms = new VmTable(ground);
        Disks disks = new Disks(ground, operations);
        NetworkTable networks = new NetworkTable(ground);
        Firewalls firewalls = new Firewalls(ground, operations, networks);
        InstanceLife life = new InstanceLife(
                ground,
                operations,
                vms,
                disks,
                room,
                tokens,
                (vm, peer) -> firewalls.admits(vm.network(), vm.config.getTags().getItemsList(), peer, vm.port()));
        images = new Images(ground, projects);
        images.bind(service);
        events = new HostEvents(ground, operations, life);
        ProjectApi project = new ProjectApi(ground, vms, projects);
        project.bind(service);
        new InstanceApi(ground, operations, vms, disks, life, room, networks, directory::knows, project, images)
                .bind(service);
        new InstanceSize(ground, operations, vms, disks).bind(service);
        new InstanceAtRest(ground, operations, vms).bind(service);
        new InstanceLists(ground, vms).bind(service);
        firewalls.bind(service);
        disks.bind(service);
        new Networks(ground, operations, networks, firewalls, vms).bind(service);
        new Subnetworks(ground, operations, networks, vms).bind(service);
        new CatalogApi(ground.catalog()).bind(service);
        OperationApi.bind(service, operations);
    }

    /** No machine's account is granted anything here: nothing on a machine may need it. */
    private static void authorize(Caller caller, String rpc) {
        if (!(caller instanceof Caller.Operator)) {
            throw ApiError.forbidden(
                    "compute." + Character.toLowerCase(rpc.charAt(0)) + rpc.substring(1), caller.email());
        }
    }

    /** Its methods. */
    public RestService service() {
        return service;
    }

    /**
     * One machine as the laboratory sees it.
     *
     * @param pid process of its software; 0 if it has none
     * @param address {@code ip:port} of its door; empty if it has none
     */
    public record Row(String project, String zone, String name, String status, long pid, String address) {}

    /** All machines. */
    public List<Row> machines() {
        synchronized (ground.lock()) {
            return vms.all().stream()
                    .map(vm -> new Row(
                            vm.project,
                            vm.zone,
                            vm.name,
                            vm.status,
                            Optional.ofNullable(vm.machine)
                                    .map(machine -> machine.pid().orElse(0))
                                    .orElse(0L),
                            Optional.ofNullable(vm.door).map(Object::toString).orElse("")))
                    .toList();
        }
    }

    /**
     * Since when a secret has been named to a machine by its own metadata; that is what its account may read, and nothing else. Empty if it has not.
     *
     * @param secret short name
     */
    public Optional<Instant> namedSince(Caller.Machine machine, String secret) {
        synchronized (ground.lock()) {
            return vms.find(Links.in(machine.project(), machine.zone(), "instances", machine.name()))
                    .map(vm -> vm.namedSecrets.get(secret));
        }
    }

    /**
     * Takes a running spot machine back.
     *
     * @throws ApiError if there is no such machine, or it is none that can be preempted
     */
    public void preempt(String project, String zone, String name) {
        synchronized (ground.lock()) {
            Vm vm = vms.get(project, zone, name);
            if (!vm.isSpot() || !vm.status.equals("RUNNING")) {
                throw ApiError.failedPrecondition(
                        name + " (expected: a RUNNING spot machine; it is %s)".formatted(vm.status));
            }
            events.preempt(vm);
        }
    }

    /** Adds an image, from now on the newest of its family. */
    public void publish(String project, String family, String name) {
        synchronized (ground.lock()) {
            images.publish(project, family, name);
        }
    }

    /** Takes the power from a machine, as a fire in its rack would. */
    public void kill(String project, String zone, String name) {
        synchronized (ground.lock()) {
            events.kill(vms.get(project, zone, name));
        }
    }

    /**
     * The host of a running machine is maintained.
     *
     * @throws ApiError if there is no such machine, or it does not run
     */
    public void maintain(String project, String zone, String name) {
        synchronized (ground.lock()) {
            events.maintain(running(project, zone, name));
        }
    }

    /**
     * The host of a running machine fails.
     *
     * @throws ApiError if there is no such machine, or it does not run
     */
    public void breakHost(String project, String zone, String name) {
        synchronized (ground.lock()) {
            events.breakHost(running(project, zone, name));
        }
    }

    /**
     * Somebody stops a running machine that he has allowed to shut down gracefully.
     *
     * @throws ApiError if there is no such machine, or it does not run
     */
    public void shutDown(String project, String zone, String name) {
        synchronized (ground.lock()) {
            events.shutDown(running(project, zone, name));
        }
    }

    private Vm running(String project, String zone, String name) {
        Vm vm = vms.get(project, zone, name);
        if (!vm.status.equals("RUNNING")) {
            throw ApiError.failedPrecondition(name + " (expected: a RUNNING machine; it is %s)".formatted(vm.status));
        }
        return vm;
    }

    /** Takes the power from all. */
    @Override
    public void close() {
        List<Machine> running;
        synchronized (ground.lock()) {
            running = vms.all().stream()
                    .flatMap(vm -> Optional.ofNullable(vm.machine).stream())
                    .toList();
            vms.all().forEach(vm -> vm.run++);
        }
        running.forEach(Machine::cut);
    }
}
