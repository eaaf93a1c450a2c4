// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** OpenAI chat completions and completions. Streams are events and report usage only on demand. */
final class OpenAiChatApi extends ClientApi {
    @Override
    public Dialect dialect() {
        return Dialect.OPENAI;
    }

    @Override
    boolean streamsByDefault() {
        return false;
    }

    @Override
    boolean usageOnDemand() {
        return true;
    }

    @Override
    Framing streamFraming() {
        return Framing.EVENTS;
    }

    @Override
    Tally tally(RequestFacts facts, Framing framing) {
        return new ChatTally(framing == Framing.JSON);
    }

    @Override
    public Optional<KeepAlive> keepAlive(RequestFacts facts) {
        return Optional.of(facts.stream() ? new Comments() : new NewlineBytes());
    }

    @Override
    byte[] streamError(Failure failure, RequestFacts facts, StreamPosition position, String requestId) {
        String body = new String(ErrorAnswer.body(Dialect.OPENAI, failure, requestId), StandardCharsets.UTF_8);
        return utf8(eventBreak(position) + "data: " + body + "\n\n");
    }

    /** A comment and a blank line, never beside an {@code id:} line, which makes openai-python read an empty event. */
    private record Comments() implements KeepAlive {
        @Override
        public String contentType() {
            return "text/event-stream";
        }

        @Override
        public byte[] beat(Instant now, String progress) {
            return utf8(": " + progress.replace('\n', ' ').replace('\r', ' ') + "\n\n");
        }
    }
}
