// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.gateway.metering.ChunkCalibration;
import dev.privatellm.gateway.metering.Confidence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GzipTest {
    static Stream<Recorded> read() {
        return Recorded.all().filter(recorded -> recorded.head().status() == 200);
    }

    @ParameterizedTest
    @MethodSource("read")
    @DisplayName("T7 an answer that came gzipped unasked is read exactly and goes on as it came")
    void readsGzippedAnswers(Recorded recorded) throws IOException {
        byte[] packed = gzip(recorded.bytes());
        for (int split = 0; split < packed.length; split++) {
            Passed passed = new Passed();
            UsageReader reader = reader(recorded, "gzip");
            reader.feed(ByteBuffer.wrap(packed, 0, split), passed);
            reader.feed(ByteBuffer.wrap(packed, split, packed.length - split), passed);
            ResponseReport report = reader.end(recorded.upstreamEnd(), passed);
            assertThat(passed.count).isEqualTo(packed.length);
            assertThat(Recorded.Counted.of(report.usage())).isEqualTo(recorded.counts());
            assertThat(report.end()).isEqualTo(recorded.end());
        }
    }

    @Test
    void readsAHeaderWithEveryOptionalPart() throws IOException {
        Recorded recorded = Recorded.of("chat-json");
        byte[] plainHeader = gzip(recorded.bytes());
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        packed.write(plainHeader, 0, 3);
        packed.write(2 | 4 | 8 | 16);
        packed.write(plainHeader, 4, 6);
        packed.write(new byte[] {3, 0, 'a', 0, 'c', 'n', 0, 'c', 0, 1, 2});
        packed.write(plainHeader, 10, plainHeader.length - 10);
        Passed passed = new Passed();
        UsageReader reader = reader(recorded, " X-GZIP ");
        for (byte b : packed.toByteArray()) {
            reader.feed(ByteBuffer.wrap(new byte[] {b}), passed);
        }
        assertThat(reader.end(StreamEnd.CLEAN, passed).usage().output()).hasValue(5);
    }

    @Test
    void knowsNothingOfWhatItCannotUnpack() {
        Recorded recorded = Recorded.of("chat-json");
        for (String encoding : new String[] {"br", "zstd", "gzip"}) {
            Passed passed = new Passed();
            UsageReader reader = reader(recorded, encoding);
            reader.feed(ByteBuffer.wrap("not packed at all".getBytes(StandardCharsets.UTF_8)), passed);
            ResponseReport report = reader.end(StreamEnd.CLEAN, passed);
            assertThat(report.usage().confidence()).isEqualTo(Confidence.UNKNOWN);
            assertThat(report.end()).isEqualTo(EndState.COMPLETE);
            assertThat(passed.count).isEqualTo(17);
        }
    }

    private static UsageReader reader(Recorded recorded, String encoding) {
        ResponseHead plain = recorded.head();
        ResponseHead head = new ResponseHead(plain.status(), plain.contentType(), encoding);
        return recorded.api().reader(recorded.facts(recorded.canBeForced()), head, new ChunkCalibration());
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        return packed.toByteArray();
    }

    private static final class Passed implements Sluice {
        private int count;

        @Override
        public void pass(int passed) {
            count += passed;
        }

        @Override
        public void drop(int dropped) {
            throw new AssertionError("dropped " + dropped + " of a gzipped body");
        }
    }
}
