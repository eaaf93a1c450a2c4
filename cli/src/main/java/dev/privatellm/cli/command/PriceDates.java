// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.KeptPrices;
import dev.privatellm.machine.cloud.MachineTypes;
import dev.privatellm.machine.cloud.StandingPrices;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * From when the prices are that a command reckons with, where they are from, and how old that makes them: those of the cloud's catalogue as the state folder
 * keeps them, and for everything else those that come with this program.
 */
final class PriceDates {
    private PriceDates() {}

    /** For people. */
    static String line(KeptPrices kept, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        String table =
                "machines of %s (%d days old), everything else of %s (%d months old), us-central1, from this program's table; an estimate, not a bill"
                        .formatted(
                                MachineTypes.asOf(),
                                Math.max(0, ChronoUnit.DAYS.between(MachineTypes.asOf(), today)),
                                StandingPrices.AS_OF,
                                Math.max(0, ChronoUnit.MONTHS.between(StandingPrices.AS_OF.atDay(1), today)));
        String catalogue = kept.prices()
                .readAt()
                .map(at -> "%d of Google's catalogue as of %s (%d hours old); others: "
                        .formatted(
                                kept.prices().perHour().size(),
                                at.truncatedTo(ChronoUnit.SECONDS),
                                Math.max(0, Duration.between(at, now).toHours())))
                .orElse("");
        String refusal = kept.refusal()
                .map(why -> "; the catalogue was not read at the last look: " + why)
                .orElse("");
        return catalogue + table + refusal;
    }

    /** For programs. */
    static void put(KeptPrices kept, Map<String, Object> json) {
        json.put("machinePricesAsOf", MachineTypes.asOf().toString());
        json.put("standingPricesAsOf", StandingPrices.AS_OF.toString());
        kept.prices().readAt().ifPresent(at -> json.put("catalogueReadAt", at));
        kept.refusal().ifPresent(why -> json.put("catalogueRefusal", why));
    }
}
