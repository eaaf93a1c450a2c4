// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cost;

import dev.privatellm.machine.cost.LedgerEntry.MachineRun;
import dev.privatellm.machine.cost.LedgerEntry.Standing;
import dev.privatellm.machine.plan.Holding;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Sums over the book. Days and months are those of UTC. An entry that lasts over a boundary counts on either side with what lies there.
 *
 * @param entries the whole book, with what goes on as it is at this moment
 * @param now the moment that the account is made for
 */
public record Account(List<LedgerEntry> entries, Instant now) {
    /** What the machine does in the time to come is taken to be what it did in the last week. */
    public static final Duration FORECAST_FROM = Duration.ofDays(7);

    /** The first hours of an installation foretell nothing: they are taken for a whole day. */
    static final Duration FORECAST_FROM_AT_LEAST = Duration.ofDays(1);

    public Account {
        entries = List.copyOf(entries);
    }

    /**
     * One day or month.
     *
     * @param machine what machines cost
     * @param standing what stood between runs
     */
    public record Period(String name, long runs, double machineSeconds, Money machine, Money standing) {
        public Money total() {
            return machine.plus(standing);
        }
    }

    /** Runs of machines, oldest first. */
    public List<MachineRun> runs() {
        return only(MachineRun.class)
                .sorted(Comparator.comparing(MachineRun::start).thenComparing(MachineRun::resource))
                .toList();
    }

    /** What is paid for at this moment whether a machine runs or not. */
    public List<Holding> standing() {
        return only(Standing.class)
                .map(Standing::holding)
                .filter(holding -> holding.until().isEmpty())
                .toList();
    }

    /** Every month from the first entry to this moment. */
    public List<Period> months() {
        return periods(YearMonth::from, month -> month.atDay(1), month -> month.plusMonths(1));
    }

    /** Every day from the first entry to this moment. */
    public List<Period> days() {
        return periods(Function.identity(), Function.identity(), day -> day.plusDays(1));
    }

    /** The present month up to this moment. */
    public Period month() {
        return period(thisMonth().toString(), begin(), now);
    }

    /** What the present month will have cost if its rest is like the last week. */
    public Money forecast() {
        Optional<Instant> first = entries.stream().map(LedgerEntry::start).min(Comparator.naturalOrder());
        if (first.isEmpty()) {
            return Money.NOTHING;
        }
        Duration known = Duration.between(first.get(), now);
        Duration from = known.compareTo(FORECAST_FROM) > 0 ? FORECAST_FROM : known;
        Duration basis = from.compareTo(FORECAST_FROM_AT_LEAST) < 0 ? FORECAST_FROM_AT_LEAST : from;
        Money lately = period("", now.minus(from), now).machine();
        BigDecimal share = ratio(Duration.between(now, end()), basis);
        Money rest = new Money(lately.known().multiply(share), lately.isComplete());
        Money standing = standing().stream()
                .map(holding -> holding.cost(now, end()))
                .reduce(Money.NOTHING, Money::plus, Money::plus);
        Money all = month().total().plus(rest).plus(standing);
        return new Money(all.known().setScale(6, RoundingMode.HALF_UP), all.isComplete());
    }

    /** What the present month would have cost more if the machine of its last run had run all the time since the first entry; empty if unknown. */
    public Optional<BigDecimal> savedBySleeping() {
        List<MachineRun> runs = runs();
        if (runs.isEmpty()) {
            return Optional.empty();
        }
        Instant first = runs.getFirst().start();
        Duration always = Duration.between(first.isBefore(begin()) ? begin() : first, now);
        Money slept = month().machine();
        return runs.getLast()
                .usdPerHour()
                .filter(_ -> slept.isComplete())
                .map(price -> price.multiply(ratio(always, Duration.ofHours(1)))
                        .subtract(slept.known())
                        .max(BigDecimal.ZERO)
                        .setScale(6, RoundingMode.HALF_UP));
    }

    /** When the present month began. */
    public Instant begin() {
        return thisMonth().atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** When the next month begins. */
    public Instant end() {
        return thisMonth().plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private YearMonth thisMonth() {
        return YearMonth.from(now.atOffset(ZoneOffset.UTC));
    }

    private <P extends Comparable<? super P>> List<Period> periods(
            Function<LocalDate, P> of, Function<P, LocalDate> firstDay, Function<P, P> next) {
        List<Period> periods = new ArrayList<>();
        Optional<Instant> first = entries.stream().map(LedgerEntry::start).min(Comparator.naturalOrder());
        if (first.isEmpty()) {
            return periods;
        }
        P last = of.apply(day(now));
        for (P each = of.apply(day(first.get())); each.compareTo(last) <= 0; each = next.apply(each)) {
            Instant to = begin(firstDay.apply(next.apply(each)));
            periods.add(period(each.toString(), begin(firstDay.apply(each)), to.isAfter(now) ? now : to));
        }
        return periods;
    }

    private Period period(String name, Instant from, Instant to) {
        List<MachineRun> within = runs().stream()
                .filter(run -> run.start().isBefore(to) && run.end().isAfter(from))
                .toList();
        return new Period(
                name,
                within.size(),
                within.stream()
                                .mapToLong(run -> run.lengthWithin(from, to).toMillis())
                                .sum()
                        / 1000.0,
                sum(within.stream(), from, to),
                sum(only(Standing.class), from, to));
    }

    private static Money sum(Stream<? extends LedgerEntry> entries, Instant from, Instant to) {
        return entries.filter(entry -> entry.start().isBefore(to) && entry.end().isAfter(from))
                .map(entry -> entry.cost(from, to))
                .reduce(Money.NOTHING, Money::plus, Money::plus);
    }

    private <E extends LedgerEntry> Stream<E> only(Class<E> kind) {
        return entries.stream().filter(kind::isInstance).map(kind::cast);
    }

    private static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }

    private static Instant begin(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static BigDecimal ratio(Duration part, Duration whole) {
        return BigDecimal.valueOf(part.toMillis()).divide(BigDecimal.valueOf(whole.toMillis()), MathContext.DECIMAL64);
    }
}
