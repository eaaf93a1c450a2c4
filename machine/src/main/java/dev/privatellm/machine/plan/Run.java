// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.Prices;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One run of a machine, from being asked for until the cloud said that it is down.
 *
 * @param id counts up from 1
 * @param pricePerHour USD when it began; empty if unknown, which is not nothing
 * @param end empty while it runs
 * @param reason why it ended; empty while it runs
 * @param priceSource where the price is from; empty on the record of a version that did not write it down
 */
public record Run(
        long id,
        Instant start,
        Offering offering,
        Optional<BigDecimal> pricePerHour,
        Optional<Instant> end,
        Optional<String> reason,
        Optional<String> priceSource) {

    public Run {
        priceSource = priceSource == null ? Optional.empty() : priceSource;
    }

    Run ended(Instant now, String why) {
        return end.isPresent()
                ? this
                : new Run(id, start, offering, pricePerHour, Optional.of(now), Optional.of(why), priceSource);
    }

    Run priced(Prices.Price price) {
        return new Run(id, start, offering, price.usdPerHour(), end, reason, Optional.of(price.source()));
    }

    /** How long it has lasted at this moment. */
    public Duration length(Instant now) {
        Instant last = end.orElse(now);
        return last.isBefore(start) ? Duration.ZERO : Duration.between(start, last);
    }

    /** USD up to this moment; empty if the price is unknown. */
    public Optional<BigDecimal> cost(Instant now) {
        return pricePerHour.map(
                price -> price.multiply(BigDecimal.valueOf(length(now).toMillis()))
                        .divide(BigDecimal.valueOf(Duration.ofHours(1).toMillis()), 6, RoundingMode.HALF_UP));
    }
}
