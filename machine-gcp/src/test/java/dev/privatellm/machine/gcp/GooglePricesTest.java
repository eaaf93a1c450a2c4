// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.MachineType;
import dev.privatellm.machine.cloud.MachineTypes;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.PriceList;
import dev.privatellm.machine.cloud.Prices;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The catalogue as the emulator serves it, page by page. */
@ExtendWith(Emulator.class)
class GooglePricesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");

    private GoogleCloudProvider provider;

    @BeforeEach
    void connect() {
        provider = Emulator.connect();
    }

    @AfterEach
    void disconnect() throws IOException, InterruptedException {
        Emulator.heal();
        provider.close();
    }

    @Test
    void whatIsDerivedIsTheTablesPriceToACentOfEveryTypeThatIsSoldByItsParts() {
        Prices prices = Prices.derive(provider.prices().skus(), NOW);

        List<Offering> sold = MachineTypes.all().stream()
                .filter(type -> Set.of("g2", "g4", "a2").contains(MachineType.family(type.name())))
                .flatMap(type -> List.of(ProvisioningModel.values()).stream()
                        .map(provisioning -> new Offering(provisioning, type.name(), new Zone("us-central1-a"))))
                .toList();
        assertThat(sold).hasSize(32).allSatisfy(offering -> {
            Prices.Price price = prices.of(offering);
            assertThat(price.source()).isEqualTo("catalogue of 2026-11-22");
            assertThat(price.usdPerHour().orElseThrow())
                    .isCloseTo(PriceList.perHour(offering).orElseThrow(), within(new BigDecimal("0.01")));
        });
    }

    @Test
    void aTypeWhosePartsAreNotAllToldKeepsTheTablesPrice() {
        Offering large = new Offering(ProvisioningModel.SPOT, "a3-highgpu-8g", new Zone("us-central1-a"));

        assertThat(Prices.derive(provider.prices().skus(), NOW).of(large)).isEqualTo(Prices.TABLE.of(large));
    }

    @Test
    void aRefusalIsOne() throws IOException, InterruptedException {
        Emulator.fault("""
                {"rpc": "CloudCatalog.ListSkus", "code": "PERMISSION_DENIED"}""");

        assertThatThrownBy(() -> provider.prices().skus()).isInstanceOf(CloudFailure.class);
    }
}
