// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.MachineTypes;
import dev.privatellm.machine.plan.Preview;
import dev.privatellm.machine.plan.Preview.Price;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.List;
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

        PlanTable.print(PREVIEW, now, "", new PrintWriter(said));

        assertThat(said.toString())
                .contains("unknown USD an hour", "1.00 USD a month")
                .contains("machines of %s (113 days old)".formatted(MachineTypes.asOf()))
                .contains("from this program's table; an estimate, not a bill");
    }

    @Test
    @DisplayName("a plan for programs has the dates of its prices, too")
    void tellsProgramsTheDates() {
        var said = new StringWriter();

        PlanTable.printJson(PREVIEW, new PrintWriter(said));

        assertThat(JsonMapper.shared()
                        .readTree(said.toString())
                        .path("machinePricesAsOf")
                        .asString())
                .isEqualTo(MachineTypes.asOf().toString());
    }
}
