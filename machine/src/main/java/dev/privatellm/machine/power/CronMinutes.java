// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The minutes that a cron expression matches in a time zone. A minute belongs or does not by what the wall clock shows: one that the clock skips in spring does
 * not happen that day, and one that it shows twice in autumn belongs both times.
 *
 * <p>An expression is a product of minutes, hours and days. The library reads it and is asked once for each minute, each hour and each day; from there on, whole
 * weeks are searched in microseconds, and by real moments instead of by the library's arithmetic, which stumbles where clocks change
 * (https://github.com/jmrozanec/cron-utils/issues/446).
 *
 * <p>Used by one thread at a time.
 */
final class CronMinutes {
    /** Farther than this nobody looks: a day that comes in leap years only may lie eight years ahead, and is told of when it is nearer. */
    static final Duration HORIZON = Duration.ofDays(400);

    /** A window that lasts longer is told without its end. */
    static final Duration LONGEST = Duration.ofDays(8);

    private static final int DAYS_REMEMBERED = 512;

    /** Any moment before all that matter; from here the first match is looked for. */
    private static final ZonedDateTime EPOCH = ZonedDateTime.of(2024, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private final ZoneId zone;
    private final ExecutionTime times;
    private final ZonedDateTime sample;
    private final BitSet hours = new BitSet();
    private final BitSet minutes = new BitSet();
    private final Map<LocalDate, Boolean> days = new LinkedHashMap<>();
    private Instant searchedFrom = Instant.MAX;
    private Optional<Instant> found = Optional.empty();

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException if it is none, or if it never matches
     */
    CronMinutes(String cron, ZoneId zone) {
        this.zone = zone;
        this.times = ExecutionTime.forCron(
                new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(cron));
        this.sample = times.nextExecution(EPOCH)
                .orElseThrow(() -> new IllegalArgumentException("'%s' never happens".formatted(cron)));
        for (int hour = 0; hour < 24; hour++) {
            hours.set(hour, times.isMatch(sample.withHour(hour)));
        }
        for (int minute = 0; minute < 60; minute++) {
            minutes.set(minute, times.isMatch(sample.withMinute(minute)));
        }
    }

    /** Whether the minute of this moment belongs. */
    boolean contains(Instant at) {
        ZonedDateTime local = at.atZone(zone);
        return hours.get(local.getHour()) && minutes.get(local.getMinute()) && isDay(local.toLocalDate());
    }

    /** The first moment after this one that does not belong; empty if that is farther than {@link #LONGEST}. */
    Optional<Instant> end(Instant at) {
        Instant minute = at.truncatedTo(ChronoUnit.MINUTES);
        for (Instant next = minute; next.isBefore(minute.plus(LONGEST)); next = next.plusSeconds(60)) {
            if (!contains(next)) {
                return Optional.of(next);
            }
        }
        return Optional.empty();
    }

    /** The next moment at which minutes that belong begin; empty if that is farther than {@link #HORIZON}. */
    Optional<Instant> nextBegin(Instant now) {
        boolean isStillNext = !now.isBefore(searchedFrom)
                && found.map(now::isBefore).orElse(now.isBefore(searchedFrom.plus(Duration.ofDays(1))));
        if (!isStillNext) {
            found = search(now);
            searchedFrom = now;
        }
        return found;
    }

    private Optional<Instant> search(Instant now) {
        Instant at = now.truncatedTo(ChronoUnit.MINUTES);
        Instant last = at.plus(HORIZON);
        boolean wasIn = contains(at);
        while (at.isBefore(last)) {
            at = wasIn ? at.plusSeconds(60) : leap(at);
            boolean isIn = contains(at);
            if (isIn && !wasIn) {
                return Optional.of(at);
            }
            wasIn = isIn;
        }
        return Optional.empty();
    }

    /** The next moment that may belong, after one that does not. */
    private Instant leap(Instant at) {
        ZonedDateTime local = at.atZone(zone);
        if (!isDay(local.toLocalDate())) {
            return local.toLocalDate().plusDays(1).atStartOfDay(zone).toInstant();
        }
        if (!hours.get(local.getHour())) {
            // Clocks may change by half an hour: quarters never leap over that.
            return at.plus(Duration.ofMinutes(15 - local.getMinute() % 15));
        }
        return at.plusSeconds(60);
    }

    private boolean isDay(LocalDate day) {
        Boolean known = days.get(day);
        if (known == null) {
            if (days.size() >= DAYS_REMEMBERED) {
                days.clear();
            }
            known = times.isMatch(sample.with(day));
            days.put(day, known);
        }
        return known;
    }
}
