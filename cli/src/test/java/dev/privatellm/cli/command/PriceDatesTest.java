// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.cli.workstation.KeptPrices;
import dev.privatellm.machine.cloud.MachineTypes;
import dev.privatellm.machine.cloud.Prices;
import dev.privatellm.machine.plan.Preview;
import dev.privatellm.machine.plan.Preview.Price;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PriceDatesTest {
    private static final Preview PREVIEW = new Preview(
            List.of(),
            new Price(Optional.empty(), Optional.empty()),
            new Price(Optional.of(BigDecimal.ONE), Optional.of(BigDecimal.ONE)),
            Optional.empty());

    @Test
    @DisplayName("a plan says how old its prices are and where they are from, and calls an unknown one unknown")
    void tellsTheAgeOfPrices() {
        var said = new StringWriter();
        var now = MachineTypes.asOf().plusDays(113).atStartOfDay(ZoneOffset.UTC).toInstant();

        PlanTable.print(PREVIEW, KeptPrices.NONE, now, "", new PrintWriter(said));

        assertThat(said.toString())
                .contains("unknown USD an hour", "1.00 USD a month")
                .contains("machines of %s (113 days old)".formatted(MachineTypes.asOf()))
                .contains("from this program's table; an estimate, not a bill");
    }

    @Test
    @DisplayName("a plan for programs has the dates of its prices, too")
    void tellsProgramsTheDates() {
        var said = new StringWriter();

        PlanTable.printJson(PREVIEW, KeptPrices.NONE, new PrintWriter(said));

        assertThat(JsonMapper.shared()
                        .readTree(said.toString())
                        .path("machinePricesAsOf")
                        .asString())
                .isEqualTo(MachineTypes.asOf().toString());
    }

    @Test
    @DisplayName("prices of the cloud's catalogue are told with their age, and so is why there are none newer")
    void tellsWhatTheCatalogueToldAndWhenItDidNot() {
        var read = Instant.parse("2026-11-22T09:00:00Z");
        var kept = new KeptPrices(
                new Prices(Optional.of(read), Map.of("g2-standard-8 SPOT us-central1", new BigDecimal("0.47"))),
                Optional.of(read.plus(Duration.ofDays(1))),
                Optional.of("the Cloud Billing API is not enabled"));

        assertThat(PriceDates.line(kept, read.plus(Duration.ofHours(30))))
                .startsWith("1 of Google's catalogue as of 2026-11-22T09:00:00Z (30 hours old); others: machines of")
                .endsWith("; the catalogue was not read at the last look: the Cloud Billing API is not enabled");
    }
}
