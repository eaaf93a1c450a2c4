// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What an hour costs, in USD in us-central1, as {@link MachineTypes} has it from {@link MachineTypes#asOf()}. An estimate for people, not a bill; a machine
 * type that is not listed has no price here, which is not the same as costing nothing.
 */
public final class PriceList {
    private PriceList() {}

    /** USD per hour of an offering; empty if unknown. */
    public static Optional<BigDecimal> perHour(Offering offering) {
        return MachineTypes.find(offering.machineType()).flatMap(type -> switch (offering.provisioning()) {
            case SPOT -> type.spot();
            case STANDARD -> type.standard();
        });
    }
}
