// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.compute.v1.AttachedDisk;
import com.google.cloud.compute.v1.AttachedDiskInitializeParams;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.Offering;
import java.util.Set;

/** Which boot disk a machine type can take, by its family (the word before the first hyphen). */
final class BootDisk {
    /** Families that take Hyperdisk and no Persistent Disk SSD: <a href="https://cloud.google.com/compute/docs/disks/hyperdisks">Hyperdisk support</a>. */
    private static final Set<String> HYPERDISK_FAMILIES =
            Set.of("c3", "c3d", "c4", "c4a", "m3", "n4", "z3", "a3", "a4", "g4", "h3");

    private static final long HYPERDISK_IOPS = 3000;
    private static final long HYPERDISK_MEBIBYTES_PER_SECOND = 700;

    private BootDisk() {}

    static String family(String machineType) {
        int hyphen = machineType.indexOf('-');
        return hyphen < 0 ? machineType : machineType.substring(0, hyphen);
    }

    /** {@code project/family} is short for the newest image of that family, as {@code gcloud} lets people say it; anything longer is a link already. */
    private static String imageLink(String image) {
        String[] parts = image.split("/", -1);
        return parts.length == 2 ? "projects/%s/global/images/family/%s".formatted(parts[0], parts[1]) : image;
    }

    /** A new disk that goes with its machine: deleted when the instance is, kept while it is stopped. */
    static AttachedDisk of(InstanceSpec spec, Offering offering) {
        boolean hyperdisk = HYPERDISK_FAMILIES.contains(family(offering.machineType()));
        AttachedDiskInitializeParams.Builder params = AttachedDiskInitializeParams.newBuilder()
                .setSourceImage(imageLink(spec.image()))
                .setDiskSizeGb(spec.diskSizeGb())
                .setDiskType(
                        "zones/%s/diskTypes/%s".formatted(offering.zone(), hyperdisk ? "hyperdisk-balanced" : "pd-ssd"))
                .putAllLabels(spec.labels());
        if (hyperdisk) {
            params.setProvisionedIops(HYPERDISK_IOPS).setProvisionedThroughput(HYPERDISK_MEBIBYTES_PER_SECOND);
        }
        return AttachedDisk.newBuilder()
                .setBoot(true)
                .setAutoDelete(true)
                .setInitializeParams(params)
                .build();
    }
}
