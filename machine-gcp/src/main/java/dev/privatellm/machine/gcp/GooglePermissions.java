// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.ProjectProvider.Task;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The permissions behind our tasks, by <a href="https://cloud.google.com/compute/docs/access/iam-permissions">Google's names</a>. Only what has to be granted
 * on the project: what may be granted on a single account, secret or subnet as well, such as acting as an account, is not known to be missing here.
 */
final class GooglePermissions {
    private GooglePermissions() {}

    static SortedSet<String> of(Set<Task> tasks) {
        SortedSet<String> all = new TreeSet<>();
        tasks.forEach(task -> all.addAll(of(task)));
        return all;
    }

    private static List<String> of(Task task) {
        return switch (task) {
            case MACHINES ->
                List.of(
                        "compute.disks.create",
                        "compute.disks.resize",
                        "compute.disks.setLabels",
                        "compute.instances.create",
                        "compute.instances.delete",
                        "compute.instances.get",
                        "compute.instances.getGuestAttributes",
                        "compute.instances.getSerialPortOutput",
                        "compute.instances.list",
                        "compute.instances.setLabels",
                        "compute.instances.setMachineType",
                        "compute.instances.setMetadata",
                        "compute.instances.setScheduling",
                        "compute.instances.setServiceAccount",
                        "compute.instances.setTags",
                        "compute.instances.start",
                        "compute.instances.stop",
                        "compute.machineTypes.list",
                        "compute.projects.get",
                        "compute.regions.get",
                        "compute.zoneOperations.get",
                        "compute.zoneOperations.list");
            case FIREWALL ->
                List.of(
                        "compute.firewalls.create",
                        "compute.firewalls.delete",
                        "compute.firewalls.get",
                        "compute.firewalls.list",
                        "compute.firewalls.update",
                        "compute.globalOperations.get",
                        "compute.networks.updatePolicy");
            case NETWORK ->
                List.of(
                        "compute.networks.create",
                        "compute.networks.delete",
                        "compute.networks.get",
                        "compute.regionOperations.get",
                        "compute.subnetworks.create",
                        "compute.subnetworks.delete",
                        "compute.subnetworks.list",
                        "compute.subnetworks.use",
                        "compute.subnetworks.useExternalIp");
            case SECRET -> List.of("secretmanager.secrets.create");
            case KEY -> List.of("cloudkms.cryptoKeys.create", "cloudkms.keyRings.create");
            case ACCOUNT -> List.of("iam.serviceAccounts.create");
            case ARTIFACTS ->
                List.of(
                        "storage.buckets.create",
                        "storage.buckets.delete",
                        "storage.buckets.getIamPolicy",
                        "storage.buckets.list",
                        "storage.buckets.setIamPolicy",
                        "storage.objects.create",
                        "storage.objects.delete",
                        "storage.objects.get",
                        "storage.objects.list");
        };
    }
}
