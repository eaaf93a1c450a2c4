// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.gateway.metering.ChunkCalibration;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the reader holds and what it costs. */
class UsageReaderBoundsTest {
    private static final Recorded CHAT = Recorded.of("chat-stream");

    @Test
    @DisplayName("T11 an event goes on as soon as its first choice is seen, not at its end")
    void decidesAtTheFirstChoice() {
        Replay replay = new Replay(CHAT, true);
        byte[] begun = bytes("data: {\"id\":\"c\",\"choices\":[{");
        replay.feed(begun, 0, begun.length);
        assertThat(replay.held()).isZero();
    }

    @Test
    void holdsAnEventThatMayBeTheForcedChunkUntilItsEnd() {
        Replay replay = new Replay(CHAT, true);
        byte[] begun = bytes("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n");
        replay.feed(begun, 0, begun.length);
        assertThat(replay.held()).isEqualTo(begun.length);
    }

    @Test
    void holdsNoMoreThanItsBound() {
        byte[] endless = bytes("data: {\"choices\":[],\"x\":\"" + "y".repeat(3 * UsageReader.MAX_UNDECIDED_BYTES));
        Replay replay = new Replay(withBody(endless), true);
        for (int i = 0; i < endless.length; i++) {
            replay.feed(endless, i, i + 1);
        }
        assertThat(replay.mostHeld()).isEqualTo(UsageReader.MAX_UNDECIDED_BYTES);
        assertThat(replay.held()).isZero();
    }

    @Test
    void neverHoldsAComment() {
        Replay replay = new Replay(CHAT, true);
        byte[] comment = bytes(": still alive");
        replay.feed(comment, 0, comment.length);
        assertThat(replay.held()).isZero();
    }

    @Test
    void dropsAnUndecidedPieceWhenTheStreamIsCut() {
        Replay replay = new Replay(CHAT, true);
        byte[] piece = bytes("data: {\"choices\":[],\"us");
        replay.feed(piece, 0, piece.length);
        ResponseReport report = replay.end(StreamEnd.CUT);
        assertThat(replay.client()).isEmpty();
        assertThat(report.position().inLine()).isFalse();
        assertThat(report.position().inEvent()).isFalse();
    }

    @Test
    @DisplayName("R10 a line of 100 MB costs constant time per byte and is passed on")
    void longLinesAreLinear() {
        UsageReader reader = Endpoint.CHAT_COMPLETIONS
                .api()
                .orElseThrow()
                .reader(CHAT.facts(true), CHAT.head(), new ChunkCalibration());
        long[] passed = new long[1];
        Sluice counting = new Sluice() {
            @Override
            public void pass(int count) {
                passed[0] += count;
            }

            @Override
            public void drop(int count) {
                throw new AssertionError("dropped " + count);
            }
        };
        byte[] filler = new byte[64 * 1024];
        Arrays.fill(filler, (byte) 'A');
        byte[] begin = bytes("data: {\"choices\":[{\"delta\":{\"content\":\"");
        byte[] end = bytes(
                "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\ndata: [DONE]\n\n");
        reader.feed(ByteBuffer.wrap(begin), counting);
        int slices = 100 * 1024 * 1024 / filler.length;
        long before = System.nanoTime();
        for (int i = 0; i < slices; i++) {
            reader.feed(ByteBuffer.wrap(filler), counting);
        }
        long nanosPerByte = (System.nanoTime() - before) / ((long) slices * filler.length);
        reader.feed(ByteBuffer.wrap(end), counting);
        ResponseReport report = reader.end(StreamEnd.CLEAN, counting);
        assertThat(report.usage().output()).hasValue(4);
        assertThat(passed[0]).isEqualTo(begin.length + (long) slices * filler.length + end.length);
        assertThat(nanosPerByte).isLessThan(200);
    }

    @Test
    @DisplayName("R11 nothing is added to an answer, whatever its end")
    void addsNothing() {
        for (String name : new String[] {"chat-stream-truncated", "ollama-truncated", "messages-stream-truncated"}) {
            Recorded recorded = Recorded.of(name);
            byte[] bytes = recorded.bytes();
            Replay replay = new Replay(recorded, false).feed(bytes, 0, bytes.length);
            replay.end(StreamEnd.CLEAN);
            assertThat(replay.client()).isEqualTo(recorded.body());
        }
    }

    private static Recorded withBody(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return new Recorded("long", text, text, CHAT.expect());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
