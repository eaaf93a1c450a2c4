// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.machine.cloud.MachineTypes;
import dev.privatellm.machine.cloud.StandingPrices;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** From when the prices are that a command reckons with, and how old that makes them. They come with this program and are not refreshed. */
final class PriceDates {
    private PriceDates() {}

    /** For people. */
    static String line(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        return "machines of %s (%d days old), everything else of %s (%d months old), us-central1, from this program's table; an estimate, not a bill"
                .formatted(
                        MachineTypes.asOf(),
                        Math.max(0, ChronoUnit.DAYS.between(MachineTypes.asOf(), today)),
                        StandingPrices.AS_OF,
                        Math.max(0, ChronoUnit.MONTHS.between(StandingPrices.AS_OF.atDay(1), today)));
    }

    /** For programs. */
    static void put(Map<String, Object> json) {
        json.put("machinePricesAsOf", MachineTypes.asOf().toString());
        json.put("standingPricesAsOf", StandingPrices.AS_OF.toString());
    }
}
