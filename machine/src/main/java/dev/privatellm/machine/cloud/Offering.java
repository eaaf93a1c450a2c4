// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

/** One thing that a cloud might sell: this machine type, bought this way, in this zone. */
public record Offering(ProvisioningModel provisioning, String machineType, Zone zone) {

    @Override
    public String toString() {
        return "%s %s in %s".formatted(machineType, provisioning.name().toLowerCase(java.util.Locale.ROOT), zone);
    }
}
