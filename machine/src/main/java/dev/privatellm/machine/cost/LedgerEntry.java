// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cost;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.plan.Holding;
import dev.privatellm.machine.plan.Run;
import dev.privatellm.machine.plan.Wake;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One line of the book: something that was paid for from one moment to another. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LedgerEntry.MachineRun.class, name = "run"),
    @JsonSubTypes.Type(value = LedgerEntry.Standing.class, name = "standing")
})
public sealed interface LedgerEntry {

    /** The resource that it was for, {@code namespace/name}. */
    String resource();

    /** When it began to cost. */
    Instant start();

    /** When it ended; of what goes on, the moment that the account was made for. */
    Instant end();

    /** What no two entries have in common. */
    String key();

    /** USD between two moments; what lies outside this entry's own time costs nothing. Empty if the price is unknown, which is not nothing. */
    Optional<BigDecimal> cost(Instant from, Instant to);

    /**
     * One run of a machine.
     *
     * @param uid identity of the resource
     * @param id the run's number within its resource
     * @param usdPerHour price when it began; empty if unknown
     * @param usd what it cost; empty if unknown
     * @param reason why it ended
     * @param wake evidence of the wake that led to it; empty if none of ours did
     * @param priceSource where the price is from; empty in a line of a version that did not write it down
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record MachineRun(
            String resource,
            String uid,
            long id,
            Instant start,
            Instant end,
            double seconds,
            Offering offering,
            Optional<BigDecimal> usdPerHour,
            Optional<BigDecimal> usd,
            String reason,
            Optional<Wake> wake,
            Optional<String> priceSource)
            implements LedgerEntry {

        public MachineRun {
            priceSource = priceSource == null ? Optional.empty() : priceSource;
        }

        /** A run as it is at this moment. */
        public static MachineRun of(String resource, String uid, Run run, Optional<Wake> wake, Instant now) {
            Instant end = run.end().orElse(now);
            return new MachineRun(
                    resource,
                    uid,
                    run.id(),
                    run.start(),
                    end.isBefore(run.start()) ? run.start() : end,
                    run.length(now).toMillis() / 1000.0,
                    run.offering(),
                    run.pricePerHour(),
                    run.cost(now),
                    run.reason().orElse("Running"),
                    wake.filter(evidence -> evidence.run().equals(Optional.of(run.id()))),
                    run.priceSource());
        }

        @Override
        public String key() {
            return "%s run %d %s".formatted(uid, id, start);
        }

        @Override
        public Optional<BigDecimal> cost(Instant from, Instant to) {
            return usdPerHour.map(price -> price.multiply(
                            BigDecimal.valueOf(lengthWithin(from, to).toMillis()))
                    .divide(BigDecimal.valueOf(Duration.ofHours(1).toMillis()), 6, RoundingMode.HALF_UP));
        }

        /** How much of it lies between two moments. */
        public Duration lengthWithin(Instant from, Instant to) {
            Instant begin = start.isBefore(from) ? from : start;
            Instant over = end.isAfter(to) ? to : end;
            return begin.isBefore(over) ? Duration.between(begin, over) : Duration.ZERO;
        }
    }

    /** Something that stood in the cloud, whether a machine ran or not. */
    record Standing(String resource, String uid, Holding holding, Instant end) implements LedgerEntry {

        /** A holding as it is at this moment. */
        public static Standing of(String resource, String uid, Holding holding, Instant now) {
            return new Standing(resource, uid, holding, holding.until().orElse(now));
        }

        @Override
        public Instant start() {
            return holding.since();
        }

        @Override
        public String key() {
            return "%s %s %s %s".formatted(uid, holding.kind(), holding.name(), holding.since());
        }

        @Override
        public Optional<BigDecimal> cost(Instant from, Instant to) {
            return holding.cost(from, end.isBefore(to) ? end : to);
        }
    }
}
