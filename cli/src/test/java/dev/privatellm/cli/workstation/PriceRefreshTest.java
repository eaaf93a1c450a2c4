// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.FakeClock;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.PriceCatalog;
import dev.privatellm.machine.cloud.Prices;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Sku;
import dev.privatellm.machine.cloud.Zone;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A day of prices in virtual time. */
class PriceRefreshTest {
    private static final Offering EIGHT =
            new Offering(ProvisioningModel.STANDARD, "g2-standard-8", new Zone("us-central1-a"));

    @TempDir
    Path folder;

    private final FakeClock clock = new FakeClock(Instant.parse("2026-11-22T09:00:00Z"));
    private int looks;
    private boolean isPaused;
    private PriceCatalog catalog = () -> parts("0.02");
    private PriceRefresh refresh = new PriceRefresh(Path.of("not-there"), () -> catalog.skus(), () -> isPaused, clock);

    private static List<Sku> parts(String core) {
        return List.of(
                sku("G2 Instance Core running in Iowa", "h", core),
                sku("G2 Instance Ram running in Iowa", "GiBy.h", "0.003"),
                sku("Nvidia L4 GPU running in Iowa", "h", "0.5"));
    }

    private static Sku sku(String description, String unit, String rate) {
        return new Sku(description, Set.of("us-central1"), unit, "USD", List.of(new BigDecimal(rate)));
    }

    private void opened() {
        refresh = new PriceRefresh(
                folder,
                () -> {
                    looks++;
                    return catalog.skus();
                },
                () -> isPaused,
                clock);
    }

    private BigDecimal price() {
        return refresh.current().of(EIGHT).usdPerHour().orElseThrow();
    }

    @Test
    void looksOnceADayOverAllProcessesThatUseTheFolder() {
        opened();
        refresh.pass();
        refresh.pass();
        clock.advance(Duration.ofHours(23));
        opened();
        refresh.pass();
        assertThat(looks).isEqualTo(1);
        assertThat(price()).isEqualByComparingTo("0.756");

        catalog = () -> parts("0.03");
        clock.advance(Duration.ofHours(1));
        refresh.pass();

        assertThat(looks).isEqualTo(2);
        assertThat(price()).isEqualByComparingTo("0.836");
        assertThat(KeptPrices.read(folder).prices()).isEqualTo(refresh.current());
    }

    @Test
    void aLookOfAClockThatRanAheadIsNoLook() {
        clock.advance(Duration.ofDays(400));
        opened();
        refresh.pass();
        clock.advance(Duration.ofDays(-400));
        opened();
        refresh.pass();

        assertThat(looks).isEqualTo(2);
    }

    @Test
    void nothingIsAskedDuringAPause() {
        opened();
        isPaused = true;
        refresh.pass();
        assertThat(looks).isZero();

        isPaused = false;
        refresh.pass();
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void aRefusalIsKeptBesideThePricesThatWereKnownAndIsNotRepeatedThatDay() {
        opened();
        refresh.pass();
        catalog = () -> {
            throw new CloudFailure.PermissionDenied("PERMISSION_DENIED", "no catalogue for you", null);
        };
        clock.advance(Duration.ofDays(1));
        refresh.pass();
        refresh.pass();

        assertThat(looks).isEqualTo(2);
        assertThat(price()).isEqualByComparingTo("0.756");
        assertThat(KeptPrices.read(folder).refusal()).contains("no catalogue for you");
    }

    @Test
    void whatCannotBeReadIsAsIfThereWereNone() throws IOException {
        Files.writeString(folder.resolve(KeptPrices.FILE), "{");
        opened();

        assertThat(refresh.current()).isEqualTo(Prices.TABLE);
        refresh.pass();
        assertThat(price()).isEqualByComparingTo("0.756");
    }
}
