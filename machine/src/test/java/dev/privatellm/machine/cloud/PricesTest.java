// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PricesTest {
    private static final Instant READ = Instant.parse("2026-11-22T09:00:00Z");
    private static final Offering EIGHT =
            new Offering(ProvisioningModel.STANDARD, "g2-standard-8", new Zone("us-central1-a"));

    /** As a project saw them in Iowa. */
    private static final List<Sku> IOWA = List.of(
            sku("G2 Instance Core running in Iowa", "h", "0.024988"),
            sku("G2 Instance Ram running in Iowa", "GiBy.h", "0.002927"),
            sku("NVIDIA L4 GPU running in Iowa", "h", "0.560040"),
            sku("Nvidia L4 Virtual Workstation GPU running in Iowa", "h", "0.76"),
            sku("Commitment v1: Nvidia L4 GPU running in Iowa for 1 Year", "h", "0.35"));

    private static Sku sku(String description, String unit, String rate) {
        return new Sku(description, Set.of("us-central1"), unit, "USD", List.of(new BigDecimal(rate)));
    }

    @Test
    void aMachineCostsWhatItsPartsCost() {
        Prices prices = Prices.derive(IOWA, READ);

        assertThat(prices.of(EIGHT).usdPerHour().orElseThrow()).isEqualByComparingTo("0.853608");
        assertThat(prices.of(EIGHT).source()).isEqualTo("catalogue of 2026-11-22");
    }

    @Test
    void whatTheCatalogueDoesNotTellIsTheTablesWithItsDate() {
        Prices prices = Prices.derive(IOWA, READ);
        Offering spot = new Offering(ProvisioningModel.SPOT, "g2-standard-8", EIGHT.zone());
        Offering elsewhere = new Offering(ProvisioningModel.STANDARD, "g2-standard-8", new Zone("europe-west4-a"));

        assertThat(List.of(prices.of(spot), prices.of(elsewhere)))
                .allSatisfy(price -> assertThat(price.source()).isEqualTo("table of " + MachineTypes.asOf()));
        assertThat(prices.of(spot).usdPerHour()).contains(new BigDecimal("0.48"));
    }

    @Test
    void whatNobodyKnowsIsUnknownAndNotNothing() {
        Offering unpriced = new Offering(ProvisioningModel.SPOT, "a4-highgpu-8g", EIGHT.zone());

        assertThat(Prices.derive(IOWA, READ).of(unpriced).usdPerHour()).isEmpty();
        assertThat(Prices.TABLE.of(unpriced).usdPerHour()).isEmpty();
    }

    static Stream<List<Sku>> doubtful() {
        Sku core = IOWA.getFirst();
        return Stream.of(
                with(sku("G2 Instance Core operated in Iowa", "h", "0.024988")),
                with(sku(core.description(), "GiBy.h", "0.024988")),
                with(new Sku(core.description(), core.regions(), "h", "EUR", core.rates())),
                with(new Sku(core.description(), core.regions(), "h", "USD", List.of())),
                with(new Sku(core.description(), core.regions(), "h", "USD", List.of(BigDecimal.ONE, BigDecimal.TEN))),
                with(new Sku(core.description(), Set.of("europe-west4"), "h", "USD", core.rates())),
                Stream.concat(IOWA.stream(), Stream.of(sku(core.description(), "h", "0.03")))
                        .toList());
    }

    /** The usual ones with another price of a core. */
    private static List<Sku> with(Sku core) {
        List<Sku> skus = new ArrayList<>(IOWA);
        skus.set(0, core);
        return skus;
    }

    @ParameterizedTest
    @MethodSource("doubtful")
    void nothingIsGuessedFromOtherWordsUnitsCurrenciesTiersPlacesOrTwoPrices(List<Sku> skus) {
        Prices prices = Prices.derive(skus, READ);

        assertThat(prices.of(EIGHT)).isEqualTo(Prices.TABLE.of(EIGHT));
    }
}
