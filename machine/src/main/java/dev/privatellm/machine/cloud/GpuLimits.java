// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.Map;
import java.util.Optional;

/**
 * How many GPUs a project may have. What a limit is not known of is not limited, as far as we can tell.
 *
 * @param project of any kind in all regions together
 * @param pools of one kind, bought one way, in one region
 * @param page where more is asked for
 */
public record GpuLimits(Optional<Limit> project, Map<Pool, Limit> pools, String page) {

    /** Nothing is known. */
    public static final GpuLimits UNKNOWN = new GpuLimits(Optional.empty(), Map.of(), "");

    public GpuLimits {
        pools = Map.copyOf(pools);
    }

    /** GPUs that share a limit. */
    public record Pool(String region, String gpu, ProvisioningModel provisioning) {}

    /**
     * A limit, and how much of it is taken.
     *
     * @param name the cloud's own name for it
     * @param used by machines that run now, of whomever they are
     */
    public record Limit(String name, int gpus, int used) {
        /** How many more there may be; negative if the limit was lowered beneath what runs. */
        public int left() {
            return gpus - used;
        }
    }
}
