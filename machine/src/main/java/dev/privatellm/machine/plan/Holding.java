// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Something in the cloud that is paid for whether a machine runs or not.
 *
 * @param name as the cloud has it; of a disk its machine's
 * @param usdPerMonth price of one when it began; empty if unknown, which is not nothing
 * @param anotherEverySeconds period after which there is one more of it: a key that is rotated keeps its old versions; 0 = it stays one
 * @param until empty while it stands
 */
public record Holding(
        Kind kind,
        String name,
        Optional<BigDecimal> usdPerMonth,
        long anotherEverySeconds,
        Instant since,
        Optional<Instant> until) {
    /** What Google means by a month where a price is per month: 730 hours (https://cloud.google.com/compute/disks-image-pricing). */
    public static final Duration MONTH = Duration.ofHours(730);

    /** What it is. */
    public enum Kind {
        DISK,
        SECRET,
        KEY
    }

    Holding ended(Instant now) {
        return new Holding(kind, name, usdPerMonth, anotherEverySeconds, since, Optional.of(now));
    }

    /** USD that it costs between two moments; what lies before its beginning or after its end costs nothing. Empty if its price is unknown. */
    public Optional<BigDecimal> cost(Instant from, Instant to) {
        Instant end = until.filter(over -> over.isBefore(to)).orElse(to);
        return usdPerMonth.map(price -> price.multiply(BigDecimal.valueOf(seconds(from, end)))
                .divide(BigDecimal.valueOf(MONTH.toSeconds()), 6, RoundingMode.HALF_UP));
    }

    /** Seconds of all of them together. */
    private long seconds(Instant from, Instant end) {
        long sum = 0;
        for (Instant begin = since; begin.isBefore(end); begin = begin.plusSeconds(anotherEverySeconds)) {
            sum += Duration.between(begin.isBefore(from) ? from : begin, end).toSeconds();
            if (anotherEverySeconds == 0) {
                break;
            }
        }
        return Math.max(0, sum);
    }
}
