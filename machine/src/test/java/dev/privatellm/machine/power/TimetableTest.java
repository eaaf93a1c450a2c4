// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.power.ScheduleState.Mode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimetableTest {
    private static final String BERLIN = "Europe/Berlin";
    private static final Duration LEAD = Duration.ofMinutes(5);

    private static Window window(String cron, String zone, Window.Action action) {
        return new Window(cron, ZoneId.of(zone), action);
    }

    private static Timetable of(Window... windows) {
        return new Timetable(List.of(windows));
    }

    private static ScheduleState at(Timetable timetable, String moment) {
        return timetable.at(Instant.parse(moment), LEAD);
    }

    private static long minutes(Timetable timetable, Mode mode, String from, int hours) {
        Instant begin = Instant.parse(from);
        return Stream.iterate(begin, at -> at.plusSeconds(60))
                .limit(hours * 60L)
                .filter(at -> timetable.at(at, Duration.ZERO).mode() == mode)
                .count();
    }

    @Test
    void aWindowIsTheMinutesThatItsExpressionMatches() {
        Timetable work = of(window("* 8-17 * * MON-FRI", BERLIN, Window.Action.ON));

        // Friday, 20 November 2026, UTC+1.
        assertThat(at(work, "2026-11-20T06:59:59Z").mode()).isEqualTo(Mode.NONE);
        assertThat(at(work, "2026-11-20T06:59:59Z").changesAt()).contains(Instant.parse("2026-11-20T07:00:00Z"));
        assertThat(at(work, "2026-11-20T07:00:00Z").mode()).isEqualTo(Mode.ON);
        assertThat(at(work, "2026-11-20T16:59:59Z").mode()).isEqualTo(Mode.ON);
        assertThat(at(work, "2026-11-20T12:00:00Z").until()).contains(Instant.parse("2026-11-20T17:00:00Z"));
        assertThat(at(work, "2026-11-20T17:00:00Z").mode()).isEqualTo(Mode.NONE);
        ScheduleState.Upcoming monday = at(work, "2026-11-20T17:00:00Z").next().orElseThrow();
        assertThat(monday.begin()).isEqualTo(Instant.parse("2026-11-23T07:00:00Z"));
        assertThat(monday.end()).contains(Instant.parse("2026-11-23T17:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        // Clocks go from 2:00 to 3:00: the hour does not happen.
        "Europe/Berlin, 2026-03-28T23:00:00Z, 1, 120",
        "America/New_York, 2026-03-08T05:00:00Z, 1, 120",
        // From 3:00 back to 2:00, or from 2:00 back to 1:00: it happens twice, in one window.
        "Europe/Berlin, 2026-10-24T22:00:00Z, 1, 240",
        "America/New_York, 2026-11-01T04:00:00Z, 1, 240",
        // Any other day.
        "Europe/Berlin, 2026-06-01T22:00:00Z, 1, 180",
        "America/New_York, 2026-06-02T04:00:00Z, 1, 180"
    })
    void followsTheWallClockWhereClocksChange(String zone, String midnight, int windows, long minutes) {
        Timetable night = of(window("* 1-3 * * *", zone, Window.Action.OFF));
        Instant begin = Instant.parse(midnight);

        assertThat(minutes(night, Mode.OFF, midnight, 6)).isEqualTo(minutes);
        Instant one = night.at(begin, LEAD).next().orElseThrow().begin();
        assertThat(one).isEqualTo(begin.plus(Duration.ofHours(1)));
        assertThat(night.at(one, LEAD).until()).contains(one.plus(Duration.ofMinutes(minutes)));
        assertThat(windows).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 2026-03-28T12:00:00Z, 2026-03-30T00:30:00Z",
        "Europe/Berlin, 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z",
        "Europe/Berlin, 2026-10-25T00:31:00Z, 2026-10-25T01:30:00Z",
        "Europe/Berlin, 2026-10-25T01:31:00Z, 2026-10-26T01:30:00Z",
        "America/New_York, 2026-03-07T12:00:00Z, 2026-03-09T06:30:00Z",
        "America/New_York, 2026-10-31T12:00:00Z, 2026-11-01T07:30:00Z"
    })
    void aMinuteThatTheClockSkipsDoesNotHappenAndOneThatItShowsTwiceDoesTwice(String zone, String from, String next) {
        Timetable early = of(window("30 2 * * *", zone, Window.Action.ON));

        assertThat(at(early, from).next().orElseThrow().begin()).isEqualTo(Instant.parse(next));
    }

    @Test
    void warmsUpSoThatTheMachineServesWhenTheWindowBegins() {
        Timetable morning = of(window("0 8 * * *", BERLIN, Window.Action.PRE_WARM));

        assertThat(at(morning, "2026-11-21T06:54:59Z").mode()).isEqualTo(Mode.NONE);
        assertThat(at(morning, "2026-11-21T06:54:59Z").changesAt()).contains(Instant.parse("2026-11-21T06:55:00Z"));
        assertThat(at(morning, "2026-11-21T06:55:00Z").mode()).isEqualTo(Mode.ON);
        assertThat(at(morning, "2026-11-21T06:55:00Z").until()).contains(Instant.parse("2026-11-21T07:01:00Z"));
        assertThat(at(morning, "2026-11-21T07:00:59Z").mode()).isEqualTo(Mode.ON);
        assertThat(at(morning, "2026-11-21T07:01:00Z").mode()).isEqualTo(Mode.NONE);
    }

    @Test
    void offWinsWhereWindowsOverlapAndTheOthersAddUp() {
        Timetable all = of(
                window("* 8-9 * * *", "UTC", Window.Action.ON),
                window("* 10-11 * * *", "UTC", Window.Action.PRE_WARM),
                window("30-44 9 * * *", "UTC", Window.Action.OFF));

        assertThat(at(all, "2026-11-21T08:00:00Z").mode()).isEqualTo(Mode.ON);
        assertThat(at(all, "2026-11-21T08:00:00Z").until()).contains(Instant.parse("2026-11-21T12:00:00Z"));
        assertThat(at(all, "2026-11-21T08:00:00Z").changesAt()).contains(Instant.parse("2026-11-21T09:30:00Z"));
        assertThat(at(all, "2026-11-21T09:30:00Z").mode()).isEqualTo(Mode.OFF);
        assertThat(at(all, "2026-11-21T09:30:00Z").until()).contains(Instant.parse("2026-11-21T09:45:00Z"));
        assertThat(at(all, "2026-11-21T09:45:00Z").mode()).isEqualTo(Mode.ON);
    }

    @Test
    void aWindowThatNeverEndsIsToldWithoutAnEnd() {
        assertThat(at(of(window("* * * * *", "UTC", Window.Action.ON)), "2026-11-21T08:00:00Z"))
                .extracting(ScheduleState::mode, state -> state.until().isPresent())
                .containsExactly(Mode.ON, false);
        assertThat(at(of(), "2026-11-21T08:00:00Z")).isEqualTo(ScheduleState.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "* * * *", "61 * * * *", "* 22-6 * * *", "0 0 30 2 *", "@daily", "0 8 * * * *"})
    void refusesWhatIsNoExpressionOrNeverHappens(String cron) {
        assertThatThrownBy(() -> of(window(cron, "UTC", Window.Action.ON)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
