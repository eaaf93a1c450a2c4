// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * A machine type that {@link MachineTypes} lists.
 *
 * @param gpu the kind of its GPUs, {@code L4}
 * @param gpuMemoryGb memory of all its GPUs together, in GB
 * @param standard USD per hour; empty if unknown, which is not the same as nothing
 * @param spot USD per hour as a spot machine; empty if unknown
 * @param isSpotOnly whether it cannot be bought in the standard way
 */
public record MachineType(
        String name,
        String gpu,
        int gpus,
        int gpuMemoryGb,
        Optional<BigDecimal> standard,
        Optional<BigDecimal> spot,
        boolean isSpotOnly) {

    /** The first word of a type's name, which decides what disks it takes: {@code a4} of {@code a4-highgpu-8g}. */
    public static String family(String machineType) {
        int hyphen = machineType.indexOf('-');
        return hyphen < 0 ? machineType : machineType.substring(0, hyphen);
    }
}
