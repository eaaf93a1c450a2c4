// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;

/**
 * One thing that a cloud sells, as its catalogue of prices tells of it.
 *
 * @param description in the catalogue's own words: {@code G2 Instance Core running in Iowa}
 * @param regions where it is sold at this price
 * @param unit of use that the rates are for: {@code h}, {@code GiBy.h}
 * @param currency of the rates, {@code USD}
 * @param rates price of a unit, one for each tier of use
 */
public record Sku(String description, Set<String> regions, String unit, String currency, List<BigDecimal> rates) {
    public Sku {
        regions = Set.copyOf(regions);
        rates = List.copyOf(rates);
    }
}
