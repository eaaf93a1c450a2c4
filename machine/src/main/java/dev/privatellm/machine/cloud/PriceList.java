// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/**
 * What an hour costs, in USD in us-central1, as the price file of the Karpenter provider for Google Cloud had it in August 2026. An estimate for people, not
 * a bill; a machine type that is not listed has no price here, which is not the same as costing nothing.
 */
public final class PriceList {
    private record Price(BigDecimal standard, BigDecimal spot) {}

    private static final Map<String, Price> USD_PER_HOUR = Map.ofEntries(
            entry("g2-standard-4", "0.71", "0.40"),
            entry("g2-standard-8", "0.85", "0.48"),
            entry("g2-standard-12", "1.00", "0.56"),
            entry("g2-standard-16", "1.15", "0.64"),
            entry("g2-standard-24", "2.00", "1.12"),
            entry("g2-standard-32", "1.73", "0.98"),
            entry("g2-standard-48", "4.00", "2.25"),
            entry("g2-standard-96", "8.00", "4.50"),
            entry("g4-standard-48", "4.50", "1.80"),
            entry("g4-standard-96", "9.00", "3.60"),
            entry("g4-standard-192", "18.00", "7.20"),
            entry("g4-standard-384", "36.00", "14.40"),
            entry("a2-highgpu-1g", "3.67", "1.93"),
            entry("a2-highgpu-2g", "7.34", "3.86"),
            entry("a2-highgpu-4g", "14.68", "7.72"),
            entry("a2-highgpu-8g", "29.36", "15.44"),
            entry("a3-highgpu-1g", "11.06", "6.33"),
            entry("a3-highgpu-2g", "22.12", "12.66"),
            entry("a3-highgpu-4g", "44.24", "25.32"),
            entry("a3-highgpu-8g", "88.48", "50.64"));

    private PriceList() {}

    private static Map.Entry<String, Price> entry(String machineType, String standard, String spot) {
        return Map.entry(machineType, new Price(new BigDecimal(standard), new BigDecimal(spot)));
    }

    /** USD per hour of an offering; empty if unknown. */
    public static Optional<BigDecimal> perHour(Offering offering) {
        return Optional.ofNullable(USD_PER_HOUR.get(offering.machineType()))
                .map(price -> switch (offering.provisioning()) {
                    case SPOT -> price.spot();
                    case STANDARD -> price.standard();
                });
    }
}
