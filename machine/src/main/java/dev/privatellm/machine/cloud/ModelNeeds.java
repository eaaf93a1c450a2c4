// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import dev.privatellm.machine.cloud.ModelRegistry.Listing;
import java.util.Collection;

/**
 * What models need of a machine. Both figures are low on purpose: what they refuse does certainly not fit, while what they admit may still be tight, and an
 * engine then computes a part outside the GPU.
 */
public final class ModelNeeds {
    private static final long GB = 1_000_000_000L;

    /** Smaller disks are slower, and leave no room to change the model. */
    public static final int SMALLEST_DISK_GB = 128;

    /** System, driver and engine. */
    private static final int SYSTEM_GB = 40;

    /**
     * Memory for one token of context in 4 bits, the least that can be asked for. Hardly a model takes less: in 16 bits one of 0.5 billion parameters takes
     * 12 KB, one of 80 billion whose layers mostly have no cache takes 24 KB, one of 3 billion takes 112 KB.
     */
    private static final long CACHE_BYTES_PER_TOKEN = 2_048;

    /** What the driver and the engine take of a GPU, whatever they load. */
    private static final long RUNTIME_BYTES = 500_000_000L;

    private ModelNeeds() {}

    /** Least memory of GPUs in GB, rounded up. */
    public static int gpuMemoryGb(Listing.Listed model, int contextLength) {
        long bytes = model.weightBytes() + CACHE_BYTES_PER_TOKEN * contextLength + RUNTIME_BYTES;
        return gb(bytes);
    }

    /** Size of disk in GB that leaves a quarter of room beside these models. */
    public static int diskGb(Collection<Listing.Listed> models) {
        return Math.max(SMALLEST_DISK_GB, SYSTEM_GB + gb(bytes(models) / 4 * 5));
    }

    /**
     * The same where the size of some is not known: room for as much of each as GPUs of this size could hold, which is the most that can be of use.
     *
     * @param gpuMemoryGb of the largest machine that may be made
     */
    public static int diskGb(Collection<Listing.Listed> models, int unknown, int gpuMemoryGb) {
        return Math.max(SMALLEST_DISK_GB, SYSTEM_GB + gb((bytes(models) + GB * unknown * gpuMemoryGb) / 4 * 5));
    }

    /** Size of disk in GB below which these models do not fit beside the system. */
    public static int smallestDiskGb(Collection<Listing.Listed> models) {
        return SYSTEM_GB + gb(bytes(models));
    }

    private static long bytes(Collection<Listing.Listed> models) {
        return models.stream().mapToLong(Listing.Listed::bytes).sum();
    }

    private static int gb(long bytes) {
        return Math.toIntExact((bytes + GB - 1) / GB);
    }
}
