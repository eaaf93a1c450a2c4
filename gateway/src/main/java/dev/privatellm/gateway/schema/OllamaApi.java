// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Ollama's own API: {@code /api/generate}, {@code /api/chat}, {@code /api/embed}, {@code /api/embeddings}. Streams are lines of JSON, by default. */
final class OllamaApi extends ClientApi {
    /** Which path. */
    enum Kind {
        GENERATE,
        CHAT,
        EMBED,
        EMBEDDINGS
    }

    private final Kind kind;

    OllamaApi(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Dialect dialect() {
        return Dialect.OLLAMA;
    }

    @Override
    boolean streamsByDefault() {
        return kind == Kind.GENERATE || kind == Kind.CHAT;
    }

    @Override
    boolean usageOnDemand() {
        return false;
    }

    @Override
    Framing streamFraming() {
        return streamsByDefault() ? Framing.LINES : Framing.JSON;
    }

    @Override
    Tally tally(RequestFacts facts, Framing framing) {
        return switch (kind) {
            case GENERATE, CHAT -> new OllamaTally(facts.constrained(), framing == Framing.JSON);
            case EMBED -> new EmbeddingTally("prompt_eval_count");
            case EMBEDDINGS -> new EmbeddingTally();
        };
    }

    @Override
    public Optional<KeepAlive> keepAlive(RequestFacts facts) {
        return Optional.of(facts.stream() ? new EmptyChunks(kind, facts.model()) : new NewlineBytes());
    }

    @Override
    byte[] streamError(Failure failure, RequestFacts facts, StreamPosition position, String requestId) {
        String line = new String(ErrorAnswer.body(Dialect.OLLAMA, failure, requestId), StandardCharsets.UTF_8) + "\n";
        return utf8(position.inLine() ? "\n" + line : line);
    }

    /** An ordinary chunk without text; blank lines would break clients that parse every line. */
    private record EmptyChunks(Kind kind, String model) implements KeepAlive {
        @Override
        public String contentType() {
            return "application/x-ndjson";
        }

        @Override
        public byte[] beat(Instant now, String progress) {
            ObjectNode chunk = JsonNodeFactory.instance.objectNode();
            chunk.put("model", model);
            chunk.put("created_at", now.toString());
            if (kind == Kind.CHAT) {
                chunk.putObject("message").put("role", "assistant").put("content", "");
            } else {
                chunk.put("response", "");
            }
            chunk.put("done", false);
            return utf8(JsonMapper.shared().writeValueAsString(chunk) + "\n");
        }
    }
}
