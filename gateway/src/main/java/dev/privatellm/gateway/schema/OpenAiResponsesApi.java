// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI responses. Streams are typed events. Held in silence while streamed: comments do not keep its clients (Codex counts events), and an opening of
 * our own would have to be spliced with the engine's.
 */
final class OpenAiResponsesApi extends ClientApi {
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
        return false;
    }

    @Override
    Framing streamFraming() {
        return Framing.EVENTS;
    }

    @Override
    Tally tally(RequestFacts facts, Framing framing) {
        return new ResponsesTally(framing == Framing.JSON);
    }

    @Override
    public Optional<KeepAlive> keepAlive(RequestFacts facts) {
        return facts.stream() ? Optional.empty() : Optional.of(new NewlineBytes());
    }

    @Override
    byte[] streamError(Failure failure, RequestFacts facts, StreamPosition position, String requestId) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("type", "response.failed");
        event.put("sequence_number", position.nextSequence());
        ObjectNode response = event.putObject("response");
        response.put("id", position.responseId().isEmpty() ? "resp_" + requestId : position.responseId());
        response.put("object", "response");
        response.put("status", "failed");
        response.put("model", facts.model());
        response.putArray("output");
        ObjectNode error = response.putObject("error");
        error.put("code", failure.reason().openAiCode().orElse(failure.reason().openAiType()));
        error.put("message", failure.text());
        response.putNull("incomplete_details");
        response.putNull("usage");
        return utf8(eventBreak(position) + "event: response.failed\ndata: "
                + JsonMapper.shared().writeValueAsString(event) + "\n\n");
    }
}
