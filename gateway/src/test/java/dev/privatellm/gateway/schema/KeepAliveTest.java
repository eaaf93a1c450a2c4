// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeepAliveTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    @Test
    void ollamaStreamsGetEmptyChunksOfTheirKind() {
        KeepAlive chat = keepAlive(Endpoint.OLLAMA_CHAT, true).orElseThrow();
        assertThat(chat.contentType()).isEqualTo("application/x-ndjson");
        assertThat(text(chat))
                .isEqualTo(
                        "{\"model\":\"m\\\"1\",\"created_at\":\"2026-01-02T03:04:05.678Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":false}\n");
        assertThat(text(keepAlive(Endpoint.OLLAMA_GENERATE, true).orElseThrow()))
                .isEqualTo(
                        "{\"model\":\"m\\\"1\",\"created_at\":\"2026-01-02T03:04:05.678Z\",\"response\":\"\",\"done\":false}\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"CHAT_COMPLETIONS", "COMPLETIONS"})
    @DisplayName("C22 chat streams get comments, and never an id beside one")
    void chatStreamsGetComments(Endpoint endpoint) {
        KeepAlive chat = keepAlive(endpoint, true).orElseThrow();
        assertThat(chat.contentType()).isEqualTo("text/event-stream");
        assertThat(text(chat)).isEqualTo(": about 88 s left data: x\n\n");
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "OLLAMA_CHAT",
                "OLLAMA_GENERATE",
                "OLLAMA_EMBED",
                "OLLAMA_EMBEDDINGS",
                "CHAT_COMPLETIONS",
                "COMPLETIONS",
                "EMBEDDINGS",
                "RESPONSES",
                "MESSAGES"
            })
    void wholeBodiesGetWhiteSpaceFirst(Endpoint endpoint) {
        KeepAlive whole = keepAlive(endpoint, false).orElseThrow();
        assertThat(whole.contentType()).isEqualTo("application/json");
        assertThat(text(whole)).isEqualTo("\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"RESPONSES", "MESSAGES"})
    void typedStreamsAreHeldInSilence(Endpoint endpoint) {
        assertThat(keepAlive(endpoint, true)).isEmpty();
    }

    @Test
    @DisplayName("T12 a heartbeat before an answer counts as no delta and no token")
    void heartbeatsCountAsNothing() {
        for (String name : new String[] {"ollama-chat-stream", "ollama-generate-stream", "chat-stream"}) {
            Recorded recorded = Recorded.of(name);
            byte[] beat = keepAlive(recorded.endpoint(), true).orElseThrow().beat(NOW, "booting");
            String held = new String(beat, StandardCharsets.UTF_8).repeat(2) + recorded.body();
            Recorded spliced = new Recorded(name, held, held, recorded.expect());
            byte[] bytes = spliced.bytes();
            ResponseReport report =
                    new Replay(spliced, false).feed(bytes, 0, bytes.length).end(StreamEnd.CLEAN);
            assertThat(report.deltas()).isEqualTo(recorded.deltas());
            assertThat(Recorded.Counted.of(report.usage())).isEqualTo(recorded.counts());
        }
    }

    private static String text(KeepAlive keepAlive) {
        return new String(keepAlive.beat(NOW, "about 88 s left\ndata: x"), StandardCharsets.UTF_8);
    }

    private static Optional<KeepAlive> keepAlive(Endpoint endpoint, boolean streamed) {
        RequestFacts facts = new RequestFacts(
                "m\"1", streamed, RequestFacts.Intent.GENERATE, false, new RequestFacts.Span(0, 0), Optional.empty());
        return endpoint.api().orElseThrow().keepAlive(facts);
    }
}
