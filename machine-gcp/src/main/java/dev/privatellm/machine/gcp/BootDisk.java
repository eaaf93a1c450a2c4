// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.compute.v1.AttachedDisk;
import com.google.cloud.compute.v1.AttachedDiskInitializeParams;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.LabelTime;
import dev.privatellm.machine.cloud.MachineTypes;
import dev.privatellm.machine.cloud.Offering;
import java.util.HashMap;
import java.util.Map;

/** The boot disk that a machine type takes: <a href="https://cloud.google.com/compute/docs/disks/hyperdisks">Hyperdisk support</a> by family. */
final class BootDisk {
    private static final String HYPERDISK = "hyperdisk-balanced";
    private static final long HYPERDISK_IOPS = 3000;
    private static final long HYPERDISK_MEBIBYTES_PER_SECOND = 700;

    private BootDisk() {}

    /** A family stands for its newest image; anything but a family is a link already. */
    private static String imageLink(String image) {
        return ImageName.family(image).map(ImageName.Family::link).orElse(image);
    }

    /** A new disk that goes with its machine: deleted when the instance is, kept while it is stopped. */
    static AttachedDisk of(InstanceSpec spec, Offering offering) {
        String type = MachineTypes.disk(offering.machineType());
        AttachedDiskInitializeParams.Builder params = AttachedDiskInitializeParams.newBuilder()
                .setSourceImage(imageLink(spec.image()))
                .setDiskSizeGb(spec.diskSizeGb())
                .setDiskType("zones/%s/diskTypes/%s".formatted(offering.zone(), type))
                .putAllLabels(lasting(spec.labels()));
        if (type.equals(HYPERDISK)) {
            params.setProvisionedIops(HYPERDISK_IOPS).setProvisionedThroughput(HYPERDISK_MEBIBYTES_PER_SECOND);
        }
        return AttachedDisk.newBuilder()
                .setBoot(true)
                .setAutoDelete(true)
                .setInitializeParams(params)
                .build();
    }

    /** Without the claim on the machine, which nobody renews on its disk. */
    private static Map<String, String> lasting(Map<String, String> labels) {
        Map<String, String> lasting = new HashMap<>(labels);
        lasting.remove(LabelTime.LEASE);
        lasting.remove(LabelTime.HOLDER);
        return lasting;
    }
}
