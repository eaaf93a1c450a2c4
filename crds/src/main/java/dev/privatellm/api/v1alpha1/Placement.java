// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.List;
import java.util.Optional;

/**
 * Where the machine may live and what it may be. The order is the order of preference: every zone is tried with the first machine type, then with the next.
 *
 * @param zones allowed zones, 1 to {@value Bounds#MAX_OFFERS}, unique
 * @param machineTypes allowed machine types, 1 to {@value Bounds#MAX_OFFERS}, unique
 * @param zonePatienceSeconds how long a stopped machine's own zone is tried before a new disk is made elsewhere
 * @param image image or image family of the boot disk
 */
public record Placement(
        List<String> zones,
        List<String> machineTypes,
        Provisioning provisioning,
        long zonePatienceSeconds,
        Disk disk,
        String image) {

    public Placement {
        zones = List.copyOf(zones);
        machineTypes = List.copyOf(machineTypes);
    }

    /** How the machine is bought. */
    public enum Provisioning implements Worded {
        /** Cheaper; the cloud may take it away at 30 s notice. */
        SPOT("Spot"),
        STANDARD("Standard"),
        /** Spot, as long as one is to be had that is not taken away again and again; after the next sleep, spot again. */
        SPOT_THEN_STANDARD("SpotThenStandard");

        private final String word;

        Provisioning(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /**
     * The boot disk, which also keeps the models.
     *
     * @param sizeGb empty = as large as they need
     */
    public record Disk(Optional<Integer> sizeGb) {}
}
