// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.Optional;

/** OpenAI embeddings: one JSON body, which may be large (base64) and is never kept. */
final class OpenAiEmbeddingsApi extends ClientApi {
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
        return Framing.JSON;
    }

    @Override
    Tally tally(RequestFacts facts, Framing framing) {
        return new EmbeddingTally("usage.prompt_tokens", "usage.total_tokens");
    }

    @Override
    public Optional<KeepAlive> keepAlive(RequestFacts facts) {
        return Optional.of(new NewlineBytes());
    }

    @Override
    byte[] streamError(Failure failure, RequestFacts facts, StreamPosition position, String requestId) {
        return ErrorAnswer.body(dialect(), failure, requestId);
    }
}
