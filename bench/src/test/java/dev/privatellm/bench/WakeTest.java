// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WakeTest {
    private static final Instant SENT = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void takesTheGuestForReadyOnceItListensAndItsModelIsLoadedInWhicheverOrder() {
        assertThat(wake(400, 500).at(Wake.Mark.READY)).isEqualTo(500, within(1e-9));
        assertThat(wake(500, 400).at(Wake.Mark.READY)).isEqualTo(500, within(1e-9));
    }

    @Test
    void leavesOutWhatWasRecordedOfFormerWakes() {
        var records = Stream.concat(records(-500, -400).stream(), records(400, 500).stream())
                .toList();

        assertThat(Wake.of(SENT, SENT.plusMillis(600), records).at(Wake.Mark.START))
                .isEqualTo(100, within(1e-9));
    }

    @Test
    void isNotGuessedWhereARecordIsMissing() {
        for (var missing : records(400, 500)) {
            var others =
                    records(400, 500).stream().filter(e -> !e.equals(missing)).toList();
            assertThatIllegalStateException().isThrownBy(() -> Wake.of(SENT, SENT.plusMillis(600), others));
        }
    }

    @Test
    void aReportCountsFromWhatTheGuestSaidToTheEngine() {
        var report = report(1, 200);

        assertThat(report.fromReady().median()).isEqualTo(40, within(1e-9));
        assertThat(report.toEngine().median()).isEqualTo(600, within(1e-9));
        assertThat(report.figures()).allMatch(Figure::isReached);
    }

    @Test
    void onlyASecondWakeOrALostClientIsADefect() {
        assertThat(report(1, 200).isSound()).isTrue();
        assertThat(report(2, 200).isSound()).isFalse();
        assertThat(report(1, 199).isSound()).isFalse();
        var slow = Report.of(
                List.of(Wake.of(SENT, SENT.plusMillis(9000), records(400, 500))),
                new Report.Crowd(200, 200, 1),
                OptionalLong.of(500_000_000));
        assertThat(slow.figures()).filteredOn(Figure::isReached).hasSize(2);
        assertThat(slow.isSound()).isTrue();
    }

    private static Report report(int wakes, int answered) {
        return Report.of(List.of(wake(400, 500)), new Report.Crowd(200, answered, wakes), OptionalLong.of(250_000_000));
    }

    private static Wake wake(long listening, long loaded) {
        return Wake.of(SENT, SENT.plusMillis(600), records(listening, loaded));
    }

    private static List<Emulator.Event> records(long listening, long loaded) {
        long said = Math.max(listening, loaded) + 60;
        long began = Math.min(listening, loaded);
        return List.of(
                event(began - 350, "SecretManagerService.AddSecretVersion"),
                event(began - 300, "Instances.Start"),
                event(began - 200, "Firewalls.Insert"),
                event(listening, "listening on /127.0.0.1:8080 by EPOLL"),
                event(loaded, "ready: tiny:1b"),
                event(said, "said to be ready"));
    }

    private static Emulator.Event event(long millis, String what) {
        return new Emulator.Event(SENT.plusMillis(millis), what);
    }
}
