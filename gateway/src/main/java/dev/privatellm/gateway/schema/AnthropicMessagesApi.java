// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Anthropic messages. Streams are typed events. Held in silence while streamed: pings and comments do not keep its clients (Claude Code counts content),
 * and a {@code message_start} of our own would have to be spliced with the engine's.
 */
final class AnthropicMessagesApi extends ClientApi {
    @Override
    public Dialect dialect() {
        return Dialect.ANTHROPIC;
    }

    @Override
    boolean streamsByDefault() {
        return false;
    }

    @Override
    boolean usageOnDemand() {
        return false;
    }

    @Override
    Framing streamFraming() {
        return Framing.EVENTS;
    }

    @Override
    Tally tally(RequestFacts facts, Framing framing) {
        return new MessagesTally(framing == Framing.JSON);
    }

    @Override
    public Optional<KeepAlive> keepAlive(RequestFacts facts) {
        return facts.stream() ? Optional.empty() : Optional.of(new NewlineBytes());
    }

    @Override
    byte[] streamError(Failure failure, RequestFacts facts, StreamPosition position, String requestId) {
        String body = new String(ErrorAnswer.body(Dialect.ANTHROPIC, failure, requestId), StandardCharsets.UTF_8);
        return utf8(eventBreak(position) + "event: error\ndata: " + body + "\n\n");
    }
}
