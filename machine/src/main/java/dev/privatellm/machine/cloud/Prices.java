// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What an hour costs: what the cloud's own catalogue told of a type in a region, and for whatever it does not tell exactly this program's table, {@link
 * PriceList}. An estimate for people, not a bill.
 *
 * @param readAt when the catalogue was read; empty if it never was
 * @param perHour USD by machine type, way of buying and region: {@code g2-standard-8 SPOT us-central1}
 */
public record Prices(Optional<Instant> readAt, Map<String, BigDecimal> perHour) {
    /** Nothing but the table. */
    public static final Prices TABLE = new Prices(Optional.empty(), Map.of());

    public Prices {
        perHour = Map.copyOf(perHour);
    }

    /**
     * A price and where it is from.
     *
     * @param usdPerHour empty if nobody knows, which is not nothing
     * @param source for people
     */
    public record Price(Optional<BigDecimal> usdPerHour, String source) {}

    /** The price of an offering now. */
    public Price of(Offering offering) {
        BigDecimal told = perHour.get(key(
                offering.machineType(), offering.provisioning(), offering.zone().region()));
        return told == null
                ? new Price(PriceList.perHour(offering), "table of " + MachineTypes.asOf())
                : new Price(
                        Optional.of(told),
                        "catalogue of "
                                + readAt.map(at -> LocalDate.ofInstant(at, ZoneOffset.UTC)
                                                .toString())
                                        .orElse("an unknown day"));
    }

    /** What can be derived exactly from the catalogue's prices, and no more. */
    public static Prices derive(List<Sku> skus, Instant readAt) {
        Set<String> regions =
                skus.stream().flatMap(sku -> sku.regions().stream()).collect(Collectors.toSet());
        Map<String, BigDecimal> derived = new TreeMap<>();
        MachineTypes.recipes().forEach((type, recipe) -> {
            List<Sku> parts = skus.stream()
                    .filter(sku -> recipe.mayNeed(sku.description()))
                    .toList();
            for (String region : regions) {
                for (ProvisioningModel provisioning : ProvisioningModel.values()) {
                    recipe.perHour(parts, provisioning, region)
                            .ifPresent(usd -> derived.put(
                                    key(type, provisioning, region), usd.setScale(6, RoundingMode.HALF_UP)));
                }
            }
        });
        return new Prices(Optional.of(readAt), derived);
    }

    /** Whether the price of anything could follow from this one. */
    public static boolean mayNeed(String description) {
        return MachineTypes.recipes().values().stream().anyMatch(recipe -> recipe.mayNeed(description));
    }

    private static String key(String machineType, ProvisioningModel provisioning, String region) {
        return machineType + " " + provisioning + " " + region;
    }
}
