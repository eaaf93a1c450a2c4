// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ErrorFrameTest {
    private static final Failure CUT = Failure.of(Reason.STREAM_INTERRUPTED, "the engine's connection was lost");

    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    static Stream<Recorded> streams() {
        return Recorded.all().filter(recorded -> recorded.streamed() && recorded.end() == EndState.COMPLETE);
    }

    @ParameterizedTest
    @MethodSource("streams")
    @DisplayName("R7 C6 a stream cut at any byte is known as cut, and its error frame is readable after it")
    void everyCutGetsAReadableFrame(Recorded recorded) {
        byte[] bytes = recorded.bytes();
        for (int cut = 1; cut < bytes.length; cut++) {
            Replay replay = new Replay(recorded, false).feed(bytes, 0, cut);
            ResponseReport report = replay.end(StreamEnd.CUT);
            if (report.end() == EndState.TRUNCATED && report.position().appendable()) {
                String frame = frame(recorded.endpoint(), true, report.position());
                assertThat(lastFrame(recorded, replay.client() + frame)).isEqualTo(lastFrame(recorded, frame));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    @DisplayName("C6 a stream whose end is missing is truncated, however cleanly its connection ended")
    void noCleanEndIsInvented(Recorded recorded) {
        byte[] bytes = recorded.bytes();
        int cut = bytes.length / 3;
        ResponseReport report = new Replay(recorded, false).feed(bytes, 0, cut).end(StreamEnd.CLEAN);
        if (recorded.counts().output().isPresent()) {
            assertThat(report.end()).isEqualTo(EndState.TRUNCATED);
        }
    }

    @Test
    void ollamaEndsWithAnErrorLine() {
        assertThat(frame(Endpoint.OLLAMA_CHAT, true, StreamPosition.START))
                .isEqualTo("{\"error\":\"the engine's connection was lost (see docs/errors/StreamInterrupted.md)\"}\n");
        assertThat(frame(Endpoint.OLLAMA_CHAT, true, new StreamPosition(true, true, true, true, 0, "")))
                .startsWith("\n{");
    }

    @Test
    void chatEndsWithAnErrorEventAndNoTerminator() {
        String frame = frame(Endpoint.CHAT_COMPLETIONS, true, StreamPosition.START);
        assertThat(frame)
                .startsWith("data: {\"error\":{\"message\":\"the engine")
                .endsWith("}\n\n")
                .doesNotContain("[DONE]");
    }

    @Test
    void messagesEndWithAnErrorEvent() {
        String frame = frame(Endpoint.MESSAGES, true, StreamPosition.START);
        assertThat(frame)
                .startsWith("event: error\ndata: {")
                .contains("\"type\":\"overloaded_error\"")
                .endsWith("\n\n");
    }

    @Test
    void responsesFailWithTheNextSequenceNumber() {
        Recorded recorded = Recorded.of("responses-stream-truncated");
        byte[] bytes = recorded.bytes();
        ResponseReport report =
                new Replay(recorded, false).feed(bytes, 0, bytes.length).end(StreamEnd.CLEAN);
        String frame = frame(Endpoint.RESPONSES, true, report.position());
        assertThat(frame).startsWith("event: response.failed\ndata: ");
        JsonNode event = JsonMapper.shared().readTree(frame.substring(frame.indexOf("data: ") + 6));
        assertThat(event.path("type").asString()).isEqualTo("response.failed");
        assertThat(event.path("sequence_number").asInt()).isEqualTo(6);
        assertThat(event.path("response").path("id").asString()).isEqualTo("resp_269564");
        assertThat(event.path("response").path("status").asString()).isEqualTo("failed");
        assertThat(event.path("response").path("error").path("code").asString()).isEqualTo("server_error");
        assertThat(event.path("response").path("error").path("message").asString())
                .startsWith("the engine's");
    }

    @Test
    void aWholeBodyFailsUnderACommittedStatusOnlyBeforeItHasBegun() {
        for (Endpoint endpoint : Endpoint.values()) {
            if (endpoint.api().isPresent()) {
                JsonNode body = JsonMapper.shared().readTree(frame(endpoint, false, StreamPosition.START));
                assertThat(body.has("error")).as(endpoint.name()).isTrue();
                assertThat(frame(endpoint, false, StreamPosition.closed(true))).isEmpty();
            }
        }
    }

    @Test
    void nothingIsAppendedToWhatWasNotRead() {
        Recorded failed = Recorded.of("status-500");
        ResponseReport report =
                new Replay(failed, false).feed(failed.bytes(), 0, 9).end(StreamEnd.CUT);
        assertThat(report.end()).isEqualTo(EndState.TRUNCATED);
        assertThat(frame(Endpoint.CHAT_COMPLETIONS, true, report.position())).isEmpty();
    }

    /** What a client makes of the last frame of a body: the last event without comments and byte order mark, or the last line. */
    private static String lastFrame(Recorded recorded, String body) {
        String separator = recorded.endpoint().dialect() == Dialect.OLLAMA ? "\n" : "\n\n";
        String stripped = body.stripTrailing();
        int before = stripped.lastIndexOf(separator);
        String frame = before < 0 ? stripped : stripped.substring(before);
        return frame.replaceAll("(?m)^:.*$", "").replace(BYTE_ORDER_MARK, "").strip();
    }

    private static String frame(Endpoint endpoint, boolean streamed, StreamPosition position) {
        RequestFacts facts = new RequestFacts(
                "m", streamed, RequestFacts.Intent.GENERATE, false, new RequestFacts.Span(0, 0), Optional.empty());
        byte[] frame = endpoint.api().orElseThrow().errorFrame(CUT, facts, position, "req_1");
        return new String(frame, StandardCharsets.UTF_8);
    }
}
