// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.gateway.metering.Confidence;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded answer is read as its file says, however it is cut, with three kinds of line ends, with and without usage forced. */
class CorpusTest {
    private static final List<String> LINE_ENDS = List.of("\n", "\r\n", "\r");

    static Stream<Recorded> recorded() {
        return Recorded.all().flatMap(each -> LINE_ENDS.stream().map(each::withLineEnds));
    }

    @ParameterizedTest
    @MethodSource("recorded")
    @DisplayName("T7 an answer fed at once is read exactly and passed on byte for byte")
    void readsWhole(Recorded recorded) {
        forEachWay(recorded, forced -> {
            byte[] bytes = recorded.bytes();
            assertThat(seen(recorded, new Replay(recorded, forced).feed(bytes, 0, bytes.length)))
                    .isEqualTo(expected(recorded, forced));
        });
    }

    @ParameterizedTest
    @MethodSource("recorded")
    @DisplayName("T7 an answer fed byte by byte is read exactly and passed on byte for byte")
    void readsByteByByte(Recorded recorded) {
        forEachWay(recorded, forced -> {
            byte[] bytes = recorded.bytes();
            Replay replay = new Replay(recorded, forced);
            for (int i = 0; i < bytes.length; i++) {
                replay.feed(bytes, i, i + 1);
            }
            assertThat(seen(recorded, replay)).isEqualTo(expected(recorded, forced));
        });
    }

    @ParameterizedTest
    @MethodSource("recorded")
    @DisplayName("T7 an answer split in two at any byte is read exactly and passed on byte for byte")
    void readsEverySplit(Recorded recorded) {
        forEachWay(recorded, forced -> {
            byte[] bytes = recorded.bytes();
            Seen expected = expected(recorded, forced);
            for (int split = 1; split < bytes.length; split++) {
                Replay replay =
                        new Replay(recorded, forced).feed(bytes, 0, split).feed(bytes, split, bytes.length);
                Seen seen = seen(recorded, replay);
                if (!seen.equals(expected)) {
                    assertThat(seen).as("split at " + split).isEqualTo(expected);
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("recorded")
    @DisplayName("T11 R11 no byte waits for the meter unless it may belong to the forced chunk")
    void neverDelays(Recorded recorded) {
        byte[] bytes = recorded.bytes();
        Replay replay = new Replay(recorded, false);
        for (int i = 0; i < bytes.length; i++) {
            replay.feed(bytes, i, i + 1);
            assertThat(replay.held()).isZero();
        }
        assertThat(replay.client()).isEqualTo(asBytes(recorded.body()));
    }

    @ParameterizedTest
    @MethodSource("recorded")
    @DisplayName("T16 an answer cut at any byte never gets an exact count that is not the true one")
    void everyCutIsHonest(Recorded recorded) {
        forEachWay(recorded, forced -> {
            byte[] bytes = recorded.bytes();
            String whole = asBytes(forced ? recorded.withoutForcedChunk() : recorded.body());
            for (int cut = 0; cut < bytes.length; cut++) {
                Replay replay = new Replay(recorded, forced).feed(bytes, 0, cut);
                ResponseReport report = replay.end(StreamEnd.CUT);
                assertThat(whole).startsWith(replay.client());
                switch (report.usage().confidence()) {
                    case EXACT ->
                        assertThat(Recorded.Counted.of(report.usage())).isEqualTo(recorded.counts());
                    case EXACT_PARTIAL ->
                        assertThat(report.usage().output().orElse(0))
                                .isLessThanOrEqualTo(recorded.counts().output().orElse(0));
                    case ESTIMATED ->
                        assertThat(report.usage().output().orElseThrow()).isEqualTo(report.deltas());
                    case UNKNOWN -> assertThat(report.deltas()).isZero();
                }
            }
        });
    }

    @Test
    void everyFileOfTheCorpusBelongsToAnAnswer() {
        List<String> names = Recorded.all().map(Recorded::name).toList();
        assertThat(Recorded.fileNames())
                .allMatch(file -> names.contains(file.substring(0, file.lastIndexOf('.'))))
                .filteredOn(file -> file.endsWith(".body"))
                .hasSameSizeAs(names);
    }

    private static void forEachWay(Recorded recorded, Consumer<Boolean> way) {
        way.accept(false);
        if (recorded.canBeForced()) {
            way.accept(true);
        }
    }

    private static Seen expected(Recorded recorded, boolean forced) {
        return new Seen(
                asBytes(forced ? recorded.withoutForcedChunk() : recorded.body()),
                recorded.counts(),
                recorded.confidence(),
                recorded.frame(),
                recorded.end(),
                recorded.deltas(),
                recorded.malformedUsage());
    }

    private static Seen seen(Recorded recorded, Replay replay) {
        ResponseReport report = replay.end(recorded.upstreamEnd());
        return new Seen(
                replay.client(),
                Recorded.Counted.of(report.usage()),
                report.usage().confidence(),
                report.usage().evidence().frame(),
                report.end(),
                report.deltas(),
                report.malformedUsage());
    }

    /** All that an answer comes to. */
    private record Seen(
            String client,
            Recorded.Counted counts,
            Confidence confidence,
            String frame,
            EndState end,
            long deltas,
            int malformedUsage) {}

    private static String asBytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
