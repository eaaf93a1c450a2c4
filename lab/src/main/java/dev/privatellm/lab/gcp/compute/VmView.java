// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.AccessConfig;
import com.google.cloud.compute.v1.AttachedDisk;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.NetworkInterface;
import com.google.cloud.compute.v1.Scheduling;

/** How an instance looks in the API: what was asked for, with all that the service fills in. */
final class VmView {

    private VmView() {}

    static Instance of(Vm vm) {
        Instance.Builder view = vm.config.toBuilder()
                .setKind("compute#instance")
                .setId(vm.id)
                .setStatus(vm.status)
                .setZone(Links.self(Links.zone(vm.project, vm.zone)))
                .setMachineType(Links.self(Links.in(vm.project, vm.zone, "machineTypes", vm.type.name())))
                .setSelfLink(Links.self(vm.path()))
                .setCreationTimestamp(Links.time(vm.created))
                .setCpuPlatform(running(vm) ? "Intel Cascade Lake" : "Unknown CPU Platform")
                .setStartRestricted(false)
                .setScheduling(scheduling(vm))
                .clearDisks()
                .addDisks(disk(vm))
                .setNetworkInterfaces(0, nic(vm));
        if (vm.lastStart != null) {
            view.setLastStartTimestamp(Links.time(vm.lastStart));
        }
        if (vm.lastStop != null) {
            view.setLastStopTimestamp(Links.time(vm.lastStop));
        }
        return view.build();
    }

    private static boolean running(Vm vm) {
        return vm.status.equals("RUNNING");
    }

    private static Scheduling scheduling(Vm vm) {
        Scheduling asked = vm.config.getScheduling();
        return asked.toBuilder()
                .setProvisioningModel(vm.isSpot() ? "SPOT" : "STANDARD")
                .setPreemptible(vm.isSpot())
                .setAutomaticRestart(asked.hasAutomaticRestart() ? asked.getAutomaticRestart() : !vm.isSpot())
                .setOnHostMaintenance(asked.hasOnHostMaintenance() ? asked.getOnHostMaintenance() : "MIGRATE")
                .build();
    }

    private static AttachedDisk disk(Vm vm) {
        return vm.config.getDisks(0).toBuilder()
                .clearInitializeParams()
                .setKind("compute#attachedDisk")
                .setType("PERSISTENT")
                .setMode("READ_WRITE")
                .setIndex(0)
                .setBoot(true)
                .setSource(Links.self(vm.disk.path()))
                .setDiskSizeGb(vm.disk.view().getSizeGb())
                .build();
    }

    /** A machine without an external address is reached, past the firewall, at the one that it has. */
    private static String networkAddress(Vm vm) {
        return vm.hasExternalAddress() || vm.lastDoor == null ? vm.internal.ip() : vm.lastDoor.ip();
    }

    private static NetworkInterface nic(Vm vm) {
        NetworkInterface asked = vm.config.getNetworkInterfaces(0);
        NetworkInterface.Builder nic = asked.toBuilder()
                .setKind("compute#networkInterface")
                .setName("nic0")
                .setNetworkIP(networkAddress(vm))
                .clearAccessConfigs();
        for (AccessConfig config : asked.getAccessConfigsList()) {
            AccessConfig.Builder external = config.toBuilder()
                    .setKind("compute#accessConfig")
                    .setType("ONE_TO_ONE_NAT")
                    .setName(config.hasName() ? config.getName() : "External NAT")
                    .clearNatIP();
            if (vm.door != null) {
                external.setNatIP(vm.door.ip());
            }
            nic.addAccessConfigs(external);
        }
        return nic.build();
    }
}
