// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.gateway.metering.ChunkCalibration;
import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.metering.TokenUsage;
import dev.privatellm.gateway.metering.UsageMeter;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The promises about token counts, one by one, each on the answer of the corpus that breaks it. */
class TokenCountingTest {
    @Test
    @DisplayName("T1 Ollama's guess in message_start is replaced by the input of message_delta")
    void inputIsThatOfTheDelta() {
        assertThat(Recorded.of("messages-stream").body()).contains("\"input_tokens\":13", "\"input_tokens\":27");
        assertThat(read("messages-stream").usage().input()).hasValue(27);
    }

    @Test
    @DisplayName("T2 a chat stream that did not ask for usage is counted exactly and the forced chunk taken out")
    void forcedUsageIsCountedAndTakenOut() {
        Recorded recorded = Recorded.of("chat-stream");
        byte[] bytes = recorded.bytes();
        Replay replay = new Replay(recorded, true).feed(bytes, 0, bytes.length);
        TokenUsage usage = replay.end(StreamEnd.CLEAN).usage();
        assertThat(usage.input()).hasValue(27);
        assertThat(usage.output()).hasValue(5);
        assertThat(usage.confidence()).isEqualTo(Confidence.EXACT);
        assertThat(replay.client()).doesNotContain("\"usage\"").endsWith("data: [DONE]\n\n");
        assertThat(replay.dropped()).isEqualTo(bytes.length - replay.client().length());
    }

    @Test
    @DisplayName("T2 usage that rides in a finish chunk stays, though usage was forced")
    void usageInAFinishChunkStays() {
        Recorded recorded = Recorded.of("chat-stream-usage-in-finish-chunk");
        byte[] bytes = recorded.bytes();
        Replay replay = new Replay(recorded, true).feed(bytes, 0, bytes.length);
        replay.end(StreamEnd.CLEAN);
        assertThat(replay.dropped()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chat-stream-reasoning",
                "ollama-chat-thinking-tools",
                "messages-stream-cache",
                "responses-stream-every-delta"
            })
    @DisplayName("T3 reasoning in every spelling enters the live estimate, which usage then replaces")
    void reasoningEntersTheLiveEstimate(String name) {
        Recorded recorded = Recorded.of(name);
        byte[] bytes = recorded.bytes();
        Replay replay = new Replay(recorded, false);
        long live = 0;
        for (int i = 0; i < bytes.length; i++) {
            replay.feed(bytes, i, i + 1);
            TokenUsage soFar = replay.reader().soFar();
            if (soFar.confidence() == Confidence.ESTIMATED) {
                live = soFar.output().orElseThrow();
            }
        }
        assertThat(live).isEqualTo(recorded.deltas());
        assertThat(replay.end(StreamEnd.CLEAN).usage().output())
                .isEqualTo(recorded.counts().output());
    }

    @Test
    @DisplayName("T4 output is eval_count, not the number of chunks")
    void outputIsEvalCount() {
        ResponseReport report = read("ollama-chat-thinking-tools");
        assertThat(report.usage().output()).hasValue(40);
        assertThat(report.deltas()).isEqualTo(5);
    }

    @Test
    @DisplayName("T5 every choice, tool call, completion and embedding is counted")
    void everyChoiceIsCounted() {
        assertThat(read("chat-stream-three-choices").deltas()).isEqualTo(5);
        assertThat(read("chat-stream-three-choices").usage().output()).hasValue(30);
        assertThat(read("chat-stream-tools").deltas()).isEqualTo(4);
        assertThat(read("completions-json").usage().output()).hasValue(5);
        assertThat(read("embeddings").usage().input()).hasValue(3);
        assertThat(read("embeddings-base64").usage().input()).hasValue(3);
        assertThat(read("ollama-embed").usage().input()).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ollama-generate-json",
                "ollama-chat-json",
                "chat-json",
                "completions-json",
                "responses-json",
                "messages-json"
            })
    @DisplayName("T6 a body that is not streamed is counted exactly")
    void wholeBodiesAreExact(String name) {
        TokenUsage usage = read(name).usage();
        assertThat(usage.input()).hasValue(27);
        assertThat(usage.output()).hasValue(5);
        assertThat(usage.confidence()).isEqualTo(Confidence.EXACT);
    }

    @Test
    @DisplayName("T8 what is recorded of an answer is added once and figures on the way are never added")
    void recordsOnce() {
        UsageMeter meter = new UsageMeter();
        meter.record(read("chat-stream-cumulative-usage").usage());
        assertThat(meter.totals(Confidence.EXACT).output()).isEqualTo(2);
        assertThat(meter.totals(Confidence.EXACT).requests()).isEqualTo(1);
    }

    @Test
    @DisplayName("T9 incomplete and failed responses are counted")
    void everyTerminalResponseIsCounted() {
        assertThat(read("responses-stream-incomplete").usage().output()).hasValue(5);
        assertThat(read("responses-stream-failed").usage().output()).hasValue(5);
        assertThat(read("responses-stream-failed-null-usage").usage().confidence())
                .isEqualTo(Confidence.ESTIMATED);
    }

    @Test
    @DisplayName("T10 absent is not zero, and zero is not absent")
    void absentIsNotZero() {
        assertThat(read("ollama-chat-stream").usage().cachedInput()).isEmpty();
        assertThat(read("ollama-chat-cached-zero").usage().cachedInput()).hasValue(0);
        assertThat(read("responses-stream").usage().cachedInput()).hasValue(0);
        assertThat(read("messages-stream-delta-replaces").usage().cacheWriteInput())
                .hasValue(0);
        assertThat(read("ollama-generate-full-cache-hit").usage().input()).isEmpty();
        assertThat(read("ollama-generate-load").usage()).isEqualTo(TokenUsage.UNKNOWN);
    }

    @Test
    @DisplayName("T11 a last line without its newline is counted")
    void lastLineCounts() {
        assertThat(read("ollama-last-line-open").usage().output()).hasValue(1);
        assertThat(read("chat-stream-last-line-open").usage().output()).hasValue(1);
    }

    @Test
    @DisplayName("T15 of the usage in every chunk of Ollama's completions the last counts")
    void lastUsageWins() {
        assertThat(read("completions-stream-zero-usage").usage().input()).hasValue(27);
        TokenUsage cut = read("completions-stream-zero-usage-truncated").usage();
        assertThat(cut.confidence()).isEqualTo(Confidence.ESTIMATED);
        assertThat(cut.output()).hasValue(3);
    }

    @Test
    @DisplayName("T16 an answer left before its usage is estimated by what its model's deltas weighed before")
    void leftAnswersAreEstimated() {
        ChunkCalibration calibration = new ChunkCalibration();
        Recorded heavy = Recorded.of("chat-stream-three-choices");
        byte[] whole = heavy.bytes();
        new Replay(heavy, true, calibration).feed(whole, 0, whole.length).end(StreamEnd.CLEAN);

        Recorded left = Recorded.of("chat-stream-truncated");
        byte[] bytes = left.bytes();
        TokenUsage usage = new Replay(left, true, calibration)
                .feed(bytes, 0, bytes.length)
                .end(StreamEnd.CLIENT_LEFT)
                .usage();
        assertThat(usage).isEqualTo(TokenUsage.estimated(OptionalLong.empty(), 12, 2));
    }

    @Test
    @DisplayName("C4 a client that leaves right after the usage chunk is counted exactly")
    void leavingAfterUsageIsExact() {
        assertThat(read("chat-stream-usage-then-silence").usage().confidence()).isEqualTo(Confidence.EXACT);
        assertThat(read("messages-stream-client-left-after-delta").usage().confidence())
                .isEqualTo(Confidence.EXACT);
    }

    @Test
    @DisplayName("C5 start and delta are merged by replacement, field by field, and never added")
    void mergesByReplacement() {
        TokenUsage usage = read("messages-stream-delta-replaces").usage();
        assertThat(usage.input()).hasValue(12 + 0 + 3000);
        assertThat(usage.cachedInput()).hasValue(3000);
        assertThat(usage.output()).hasValue(90);
    }

    @Test
    @DisplayName("C6 Ollama's hidden error, a clean end without terminator, is a truncation")
    void hiddenErrorsAreTruncations() {
        assertThat(read("chat-stream-truncated").end()).isEqualTo(EndState.TRUNCATED);
        assertThat(read("ollama-truncated").end()).isEqualTo(EndState.TRUNCATED);
        assertThat(read("responses-stream-truncated").end()).isEqualTo(EndState.TRUNCATED);
        assertThat(read("messages-stream-truncated").end()).isEqualTo(EndState.TRUNCATED);
    }

    private static ResponseReport read(String name) {
        Recorded recorded = Recorded.of(name);
        byte[] bytes = recorded.bytes();
        return new Replay(recorded, false).feed(bytes, 0, bytes.length).end(recorded.upstreamEnd());
    }
}
