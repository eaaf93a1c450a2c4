// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.AttachedDiskInitializeParams;
import com.google.cloud.compute.v1.DeleteInstanceRequest;
import com.google.cloud.compute.v1.GetGuestAttributesInstanceRequest;
import com.google.cloud.compute.v1.GetInstanceRequest;
import com.google.cloud.compute.v1.GetSerialPortOutputInstanceRequest;
import com.google.cloud.compute.v1.GuestAttributes;
import com.google.cloud.compute.v1.GuestAttributesEntry;
import com.google.cloud.compute.v1.GuestAttributesValue;
import com.google.cloud.compute.v1.InsertInstanceRequest;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.NetworkInterface;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.SerialPortOutput;
import com.google.cloud.compute.v1.ServiceAccount;
import com.google.cloud.compute.v1.SetLabelsInstanceRequest;
import com.google.cloud.compute.v1.SetMetadataInstanceRequest;
import com.google.cloud.compute.v1.SetTagsInstanceRequest;
import com.google.cloud.compute.v1.StartInstanceRequest;
import com.google.cloud.compute.v1.StopInstanceRequest;
import dev.privatellm.lab.gcp.Catalog;
import dev.privatellm.lab.gcp.iam.Directory;
import dev.privatellm.lab.gcp.instance.Address;
import dev.privatellm.lab.gcp.instance.MachineRoom;
import dev.privatellm.lab.gcp.instance.SerialLog;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.Labels;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The methods of {@code instances} that read or change one instance. */
final class InstanceApi {

    private final Ground ground;
    private final Operations operations;
    private final VmTable vms;
    private final Disks disks;
    private final InstanceLife life;
    private final MachineRoom room;
    private final NetworkTable networks;
    private final Predicate<String> knowsAccount;
    private final ProjectApi projects;
    private final Images images;

    InstanceApi(
            Ground ground,
            Operations operations,
            VmTable vms,
            Disks disks,
            InstanceLife life,
            MachineRoom room,
            NetworkTable networks,
            Predicate<String> knowsAccount,
            ProjectApi projects,
            Images images) {
        this.projects = projects;
        this.images = images;
        this.networks = networks;
        this.knowsAccount = knowsAccount;
        this.ground = ground;
        this.operations = operations;
        this.vms = vms;
        this.disks = disks;
        this.life = life;
        this.room = room;
    }

    void bind(RestService service) {
        service.on("Instances.Insert", InsertInstanceRequest.getDefaultInstance(), this::insert)
                .on(
                        "Instances.Get",
                        GetInstanceRequest.getDefaultInstance(),
                        (_, request) ->
                                locked(() -> vms.get(request.getProject(), request.getZone(), request.getInstance())
                                        .render()))
                .on("Instances.Start", StartInstanceRequest.getDefaultInstance(), this::start)
                .on(
                        "Instances.Stop",
                        StopInstanceRequest.getDefaultInstance(),
                        (caller, request) -> mutate(
                                target(caller, request.getProject(), request.getZone(), request.getInstance()),
                                "stop",
                                request.getRequestId(),
                                vm -> about -> life.stop(vm, about)))
                .on(
                        "Instances.Delete",
                        DeleteInstanceRequest.getDefaultInstance(),
                        (caller, request) -> mutate(
                                target(caller, request.getProject(), request.getZone(), request.getInstance()),
                                "delete",
                                request.getRequestId(),
                                vm -> about -> life.delete(vm, about)))
                .on("Instances.SetMetadata", SetMetadataInstanceRequest.getDefaultInstance(), this::setMetadata)
                .on("Instances.SetLabels", SetLabelsInstanceRequest.getDefaultInstance(), this::setLabels)
                .on("Instances.SetTags", SetTagsInstanceRequest.getDefaultInstance(), this::setTags)
                .on(
                        "Instances.GetGuestAttributes",
                        GetGuestAttributesInstanceRequest.getDefaultInstance(),
                        (_, request) -> guestAttributes(request))
                .on(
                        "Instances.GetSerialPortOutput",
                        GetSerialPortOutputInstanceRequest.getDefaultInstance(),
                        (_, request) -> serial(request));
    }

    /** Whose call about which instance. */
    private record Target(Caller caller, String project, String zone, String name) {}

    private static Target target(Caller caller, String project, String zone, String name) {
        return new Target(caller, project, zone, name);
    }

    private <T> T locked(Supplier<T> read) {
        synchronized (ground.lock()) {
            return read.get();
        }
    }

    private Operation insert(Caller caller, InsertInstanceRequest request) {
        String project = request.getProject();
        String zone = request.getZone();
        synchronized (ground.lock()) {
            var replay = operations.replay(project, "Instances.Insert", request.getRequestId());
            if (replay.isPresent()) {
                return replay.get();
            }
            vms.checkZone(project, zone);
            Instance asked = request.getInstanceResource();
            Catalog.Type type = InstanceCheck.check(ground.catalog(), zone, asked);
            AttachedDiskInitializeParams filled = asked.getDisks(0).getInitializeParams();
            if (filled.hasSourceImage()) {
                images.check(caller, project, filled.getSourceImage());
            }
            projects.checkShared(project, asked.getNetworkInterfaces(0));
            NetworkInterface placed = networks.place(project, Catalog.regionOf(zone), asked.getNetworkInterfaces(0));
            projects.check(project, zone, asked, type);
            Instance identified = asked.toBuilder()
                    .clearServiceAccounts()
                    .addAllServiceAccounts(accounts(project, asked))
                    .build();
            String path = Links.in(project, zone, "instances", asked.getName());
            if (vms.find(path).isPresent()) {
                throw ApiError.alreadyExists(path);
            }
            Disk disk = disks.attach(disks.forInstance(project, zone, asked), path);
            int port = Vm.port(asked.getMetadata());
            Address internal = room.addresses().internal(port);
            Vm vm = new Vm(
                    project,
                    zone,
                    ground.newId(),
                    type,
                    ground.clock().instant(),
                    disk,
                    new SerialLog(room.folder().resolve(project + "." + zone + "." + asked.getName() + ".log")),
                    normalized(identified.toBuilder().setNetworkInterfaces(0, placed), port),
                    internal);
            return life.insert(vm, about(target(caller, project, zone, vm.name), vm, "insert", request.getRequestId()));
        }
    }

    /**
     * Whom the instance acts as: {@code default} means the project's own account; one that is not there, or not known yet, is refused
     * (https://cloud.google.com/compute/docs/access/create-enable-service-accounts-for-instances).
     */
    private List<ServiceAccount> accounts(String project, Instance asked) {
        return asked.getServiceAccountsList().stream()
                .map(account -> {
                    String own = Directory.defaultAccount(Projects.number(project));
                    String email = account.getEmail().equals("default") ? own : account.getEmail();
                    boolean foreign = Directory.isDefaultAccount(email) && !email.equals(own);
                    if (foreign || !knowsAccount.test(email)) {
                        throw ApiError.notFound(Links.project(project) + "/serviceAccounts/" + email);
                    }
                    return account.toBuilder().setEmail(email).build();
                })
                .toList();
    }

    private Instance normalized(Instance.Builder asked, int port) {
        Instance.Builder config = asked.setFingerprint(Links.fingerprint(ground.random()))
                .setLabelFingerprint(Links.fingerprint(ground.random()));
        config.getMetadataBuilder().setKind("compute#metadata").setFingerprint(Links.fingerprint(ground.random()));
        config.getTagsBuilder().setFingerprint(Links.fingerprint(ground.random()));
        if (!room.addresses().own()) {
            config.putLabels(
                    "lab-port", String.valueOf(room.addresses().external(port).port()));
        }
        return config.build();
    }

    private Operation start(Caller caller, StartInstanceRequest request) {
        return mutate(
                target(caller, request.getProject(), request.getZone(), request.getInstance()),
                "start",
                request.getRequestId(),
                vm -> about -> switch (vm.status) {
                    case "TERMINATED" -> life.start(vm, about);
                    case "STOPPING", "PENDING_STOP", "REPAIRING" ->
                        throw ApiError.of(400, "resourceNotReady", "The resource '" + vm.path() + "' is not ready");
                    default -> operations.quick(about, () -> {});
                });
    }

    private Operation setMetadata(Caller caller, SetMetadataInstanceRequest request) {
        return mutate(
                target(caller, request.getProject(), request.getZone(), request.getInstance()),
                "setMetadata",
                request.getRequestId(),
                vm -> about -> {
                    var asked = request.getMetadataResource();
                    Runnable check = () -> {
                        if (!asked.getFingerprint()
                                .equals(vm.config.getMetadata().getFingerprint())) {
                            throw ApiError.of(
                                    412,
                                    "conditionNotMet",
                                    "Supplied fingerprint does not match current metadata fingerprint.");
                        }
                    };
                    check.run();
                    return operations.quick(about, () -> {
                        check.run();
                        vm.config = vm.config.toBuilder()
                                .setMetadata(asked.toBuilder()
                                        .setKind("compute#metadata")
                                        .setFingerprint(Links.fingerprint(ground.random())))
                                .build();
                        vm.metadataChanged(ground.clock().instant());
                    });
                });
    }

    private Operation setLabels(Caller caller, SetLabelsInstanceRequest request) {
        return mutate(
                target(caller, request.getProject(), request.getZone(), request.getInstance()),
                "setLabels",
                request.getRequestId(),
                vm -> about -> {
                    var asked = request.getInstancesSetLabelsRequestResource();
                    Labels.check("labels", asked.getLabelsMap());
                    Runnable check = () -> {
                        if (!asked.getLabelFingerprint().equals(vm.config.getLabelFingerprint())) {
                            throw ApiError.of(
                                    412,
                                    "conditionNotMet",
                                    "Labels fingerprint either invalid or resource labels have changed");
                        }
                    };
                    check.run();
                    return operations.quick(about, () -> {
                        check.run();
                        vm.config = vm.config.toBuilder()
                                .clearLabels()
                                .putAllLabels(asked.getLabelsMap())
                                .setLabelFingerprint(Links.fingerprint(ground.random()))
                                .build();
                    });
                });
    }

    /** The whole list is replaced, under the fingerprint with which it was read (https://cloud.google.com/compute/docs/reference/rest/v1/instances/setTags). */
    private Operation setTags(Caller caller, SetTagsInstanceRequest request) {
        return mutate(
                target(caller, request.getProject(), request.getZone(), request.getInstance()),
                "setTags",
                request.getRequestId(),
                vm -> about -> {
                    var asked = request.getTagsResource();
                    Runnable check = () -> {
                        if (!asked.getFingerprint().equals(vm.config.getTags().getFingerprint())) {
                            throw ApiError.of(
                                    412,
                                    "conditionNotMet",
                                    "Supplied fingerprint does not match current tags fingerprint.");
                        }
                    };
                    check.run();
                    return operations.quick(about, () -> {
                        check.run();
                        vm.config = vm.config.toBuilder()
                                .setTags(asked.toBuilder().setFingerprint(Links.fingerprint(ground.random())))
                                .build();
                    });
                });
    }

    /** Replays a known request id, else finds the instance and does it. */
    private Operation mutate(
            Target target, String type, String requestId, Function<Vm, Function<OperationRequest, Operation>> effect) {
        synchronized (ground.lock()) {
            var replay = operations.replay(target.project(), rpc(type), requestId);
            if (replay.isPresent()) {
                return replay.get();
            }
            Vm vm = vms.get(target.project(), target.zone(), target.name());
            return effect.apply(vm).apply(about(target, vm, type, requestId));
        }
    }

    private static OperationRequest about(Target target, Vm vm, String type, String requestId) {
        return new OperationRequest(
                vm.project,
                "zones/" + vm.zone,
                rpc(type),
                type,
                vm.path(),
                vm.id,
                target.caller().email(),
                requestId);
    }

    private static String rpc(String type) {
        return "Instances." + Character.toUpperCase(type.charAt(0)) + type.substring(1);
    }

    private GuestAttributes guestAttributes(GetGuestAttributesInstanceRequest request) {
        Vm vm = locked(() -> vms.get(request.getProject(), request.getZone(), request.getInstance()));
        GuestAttributesValue.Builder value = GuestAttributesValue.newBuilder();
        vm.guestMetadata.guestAttributes().forEach((path, text) -> {
            int slash = path.indexOf('/');
            if (path.equals(request.getQueryPath())
                    || path.startsWith(request.getQueryPath() + "/")
                    || request.getQueryPath().isEmpty()) {
                value.addItems(GuestAttributesEntry.newBuilder()
                        .setNamespace(path.substring(0, Math.max(0, slash)))
                        .setKey(path.substring(slash + 1))
                        .setValue(text));
            }
        });
        if (value.getItemsCount() == 0) {
            throw ApiError.notFound(vm.path() + "/guestAttributes/" + request.getQueryPath());
        }
        return GuestAttributes.newBuilder()
                .setKind("compute#guestAttributes")
                .setQueryPath(request.getQueryPath())
                .setQueryValue(value)
                .setSelfLink(Links.self(vm.path() + "/guestAttributes/" + request.getQueryPath()))
                .build();
    }

    private SerialPortOutput serial(GetSerialPortOutputInstanceRequest request) {
        Vm vm = locked(() -> vms.get(request.getProject(), request.getZone(), request.getInstance()));
        SerialLog.Piece piece = vm.serial.read(request.getStart());
        return SerialPortOutput.newBuilder()
                .setKind("compute#serialPortOutput")
                .setContents(piece.contents())
                .setStart(piece.start())
                .setNext(piece.next())
                .setSelfLink(Links.self(vm.path() + "/serialPort"))
                .build();
    }
}
