// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The windows of a schedule, and what they say at a moment. Where windows overlap, {@code Off} wins; the others add up. Used by one thread at a time.
 */
public final class Timetable {
    private static final int MAX_CHAIN = 64;

    private final List<Window> windows;
    private final List<Entry> entries;

    private record Entry(Window.Action action, CronMinutes minutes) {}

    /**
     * Reads the windows.
     *
     * @throws IllegalArgumentException if an expression is none
     */
    public Timetable(List<Window> windows) {
        this.windows = List.copyOf(windows);
        this.entries = windows.stream()
                .map(window -> new Entry(window.action(), new CronMinutes(window.cron(), window.zone())))
                .toList();
    }

    /** The windows it was made of. */
    public List<Window> windows() {
        return windows;
    }

    /**
     * What holds at this moment.
     *
     * @param lead how long before a {@code PreWarm} window its machine has to be started
     */
    public ScheduleState at(Instant now, Duration lead) {
        if (entries.isEmpty()) {
            return ScheduleState.NONE;
        }
        Optional<ScheduleState.Upcoming> next = entries.stream()
                .flatMap(entry -> entry.minutes().nextBegin(now).stream()
                        .map(begin -> new ScheduleState.Upcoming(
                                entry.action(), begin, entry.minutes().end(begin))))
                .min(Comparator.comparing(ScheduleState.Upcoming::begin));
        Optional<Instant> offUntil = until(now, at -> ends(at, Window.Action.OFF, Duration.ZERO));
        Optional<Instant> onUntil = until(
                now,
                at -> Stream.concat(ends(at, Window.Action.ON, Duration.ZERO), ends(at, Window.Action.PRE_WARM, lead)));
        boolean isOff = is(now, Window.Action.OFF, Duration.ZERO);
        boolean isOn = is(now, Window.Action.ON, Duration.ZERO) || is(now, Window.Action.PRE_WARM, lead);
        Optional<Instant> until = isOff ? offUntil : isOn ? onUntil : Optional.empty();
        Optional<Instant> begin = entries.stream()
                .flatMap(entry -> entry.minutes().nextBegin(now).stream()
                        .map(at -> entry.action() == Window.Action.PRE_WARM ? at.minus(lead) : at))
                .filter(now::isBefore)
                .min(Comparator.naturalOrder());
        return new ScheduleState(
                isOff ? ScheduleState.Mode.OFF : isOn ? ScheduleState.Mode.ON : ScheduleState.Mode.NONE,
                until,
                Stream.concat(until.stream(), begin.stream()).min(Comparator.naturalOrder()),
                next);
    }

    private boolean is(Instant at, Window.Action action, Duration lead) {
        return entries.stream()
                .filter(entry -> entry.action() == action)
                .anyMatch(entry -> entry.minutes().contains(at) || isAhead(entry, at, lead));
    }

    private static boolean isAhead(Entry entry, Instant at, Duration lead) {
        return lead.isPositive()
                && entry.minutes()
                        .nextBegin(at)
                        .filter(begin -> !at.isBefore(begin.minus(lead)))
                        .isPresent();
    }

    /** Ends of the windows of an action that hold at a moment; one whose end is too far away has the farthest. */
    private Stream<Instant> ends(Instant at, Window.Action action, Duration lead) {
        return entries.stream().filter(entry -> entry.action() == action).flatMap(entry -> {
            if (entry.minutes().contains(at)) {
                return Stream.of(entry.minutes().end(at).orElse(at.plus(CronMinutes.LONGEST)));
            }
            return isAhead(entry, at, lead)
                    ? entry.minutes().nextBegin(at).stream()
                            .map(begin -> entry.minutes().end(begin).orElse(begin.plus(CronMinutes.LONGEST)))
                    : Stream.empty();
        });
    }

    /** Until when one window or another holds without a gap; empty if none does, or if that is too far to say. */
    private static Optional<Instant> until(Instant now, Function<Instant, Stream<Instant>> ends) {
        Instant at = now;
        for (int link = 0; link < MAX_CHAIN; link++) {
            Optional<Instant> end = ends.apply(at).max(Comparator.naturalOrder());
            if (end.isEmpty()) {
                return at.equals(now) ? Optional.empty() : Optional.of(at);
            }
            if (!end.get().isBefore(now.plus(CronMinutes.LONGEST))) {
                return Optional.empty();
            }
            at = end.get();
        }
        return Optional.of(at);
    }
}
