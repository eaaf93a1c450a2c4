// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.AttachedDisk;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.Scheduling;
import dev.privatellm.lab.gcp.Catalog;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Labels;
import java.util.Set;

/** What {@code instances.insert} refuses before it begins anything. */
final class InstanceCheck {

    private static final int MAX_METADATA_VALUE = 256 * 1024;

    /** Families whose boot disk must be a Hyperdisk. */
    private static final Set<String> HYPERDISK_ONLY = Set.of("g4", "a4");

    /** Families that know no balanced Hyperdisk. */
    private static final Set<String> PERSISTENT_ONLY = Set.of("g2", "a2", "e2");

    private InstanceCheck() {}

    /** The machine type that is asked for, if everything else is right too. */
    static Catalog.Type check(Catalog catalog, String zone, Instance instance) {
        Links.checkName("resource.name", instance.getName());
        Catalog.Type type = type(catalog, zone, instance.getMachineType());
        disk(instance, type, zone);
        if (instance.getNetworkInterfacesCount() != 1) {
            throw ApiError.invalid("At least one network interface is required.");
        }
        instance.getTags().getItemsList().forEach(tag -> Links.checkName("resource.tags.items", tag));
        if (instance.getServiceAccountsCount() > 1) {
            throw ApiError.invalid("At most one service account may be specified.");
        }
        Labels.check("resource.labels", instance.getLabelsMap());
        instance.getMetadata().getItemsList().forEach(item -> {
            if (!item.getKey().matches("[a-zA-Z0-9_-]{1,128}")
                    || item.getValue().length() > MAX_METADATA_VALUE) {
                throw ApiError.invalidField("resource.metadata", item.getKey(), "Key or size of its value is invalid.");
            }
        });
        scheduling(instance.getScheduling(), type);
        return type;
    }

    /** The machine type that a link names, if its zone has it. */
    static Catalog.Type type(Catalog catalog, String zone, String link) {
        String name = Links.nameOf("resource.machineType", link, "machineTypes/");
        if (!("/" + link).contains("/zones/" + zone + "/")) {
            throw ApiError.invalidField("resource.machineType", link, "The machine type must be in the same zone.");
        }
        return catalog.find(zone, name)
                .orElseThrow(() -> ApiError.invalidField(
                        "resource.machineType",
                        link,
                        "Machine type with name '%s' does not exist in zone '%s'.".formatted(name, zone)));
    }

    private static void disk(Instance instance, Catalog.Type type, String zone) {
        if (instance.getDisksCount() != 1 || !instance.getDisks(0).getBoot()) {
            throw ApiError.invalid(
                    "Invalid value for field 'resource.disks': ''. Exactly one boot disk is taken here.");
        }
        AttachedDisk disk = instance.getDisks(0);
        if (!disk.getSource().isEmpty()) {
            return;
        }
        String image = disk.getInitializeParams().getSourceImage();
        if (!("/" + image).contains("/global/images/")) {
            throw ApiError.invalidField(
                    "resource.disks[0].initializeParams.sourceImage", image, "The URL is malformed.");
        }
        long size = disk.getInitializeParams().getDiskSizeGb();
        if (size != 0 && size < 10) {
            throw ApiError.invalidField(
                    "resource.disks[0].initializeParams.diskSizeGb",
                    String.valueOf(size),
                    "Disk is smaller than the image.");
        }
        String link = disk.getInitializeParams().getDiskType();
        if (!link.isEmpty()) {
            String field = "resource.disks[0].initializeParams.diskType";
            String name = Links.nameOf(field, link, "zones/" + zone + "/diskTypes/");
            boolean hyperdisk = name.startsWith("hyperdisk-");
            boolean wrong =
                    hyperdisk ? PERSISTENT_ONLY.contains(type.family()) : HYPERDISK_ONLY.contains(type.family());
            if (wrong) {
                throw ApiError.invalid("[%s] features are not compatible for creating instance with machine type %s."
                        .formatted(name, type.name()));
            }
        }
    }

    static void scheduling(Scheduling scheduling, Catalog.Type type) {
        boolean spot = scheduling.getProvisioningModel().equals("SPOT");
        if (type.gpus() > 0 && !scheduling.getOnHostMaintenance().equals("TERMINATE")) {
            throw ApiError.invalid("Instances with guest accelerators do not support live migration.");
        }
        if (spot && scheduling.getAutomaticRestart()) {
            throw ApiError.invalid("Scheduling must have preemptible be false when AutomaticRestart is true.");
        }
        boolean limited = scheduling.hasMaxRunDuration();
        if (limited && !scheduling.hasInstanceTerminationAction()) {
            throw ApiError.invalid("Scheduling must have instanceTerminationAction when maxRunDuration is specified.");
        }
        if (scheduling.hasInstanceTerminationAction() && !spot && !limited) {
            throw ApiError.invalid("instanceTerminationAction is only supported with SPOT or a limited run time.");
        }
        long seconds = scheduling.getMaxRunDuration().getSeconds();
        if (limited && (seconds < 30 || seconds > 120L * 24 * 3600)) {
            throw ApiError.invalidField(
                    "resource.scheduling.maxRunDuration",
                    String.valueOf(seconds),
                    "Must be from 30 seconds to 120 days.");
        }
    }
}
