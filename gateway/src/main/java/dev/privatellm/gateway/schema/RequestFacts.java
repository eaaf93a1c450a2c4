// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.Optional;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the gateway knows of a request body; nothing of what the user wrote.
 *
 * @param model the model asked for, not empty
 * @param stream whether the answer is to be streamed; where the body is silent, true in Ollama's own API and false in every {@code /v1} API
 * @param intent whether it generates, or only loads or unloads the model
 * @param constrained whether the body asks for a format (Ollama's {@code format}), which makes older engines count a part only
 * @param modelLiteral where the model's name stands in the body; replace it with {@link #renamed}
 * @param forcedUsage the change that makes the engine report usage which the client did not ask for; if it is applied, the
 *     {@link UsageReader} must know, to take the extra chunk out again
 */
public record RequestFacts(
        String model,
        boolean stream,
        Intent intent,
        boolean constrained,
        Span modelLiteral,
        Optional<Edit> forcedUsage) {
    /**
     * A part of the body as it was received.
     *
     * @param offset in bytes from the start of the body
     * @param length in bytes
     */
    public record Span(int offset, int length) {}

    private static final JsonMapper ASCII_JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** Why a request was made. */
    public enum Intent {
        /** The ordinary case. */
        GENERATE,
        /** An empty prompt to Ollama: load the model. Wakes. */
        PRELOAD,
        /** An empty prompt with {@code keep_alive: 0} to Ollama: unload the model. Never wakes. */
        UNLOAD
    }

    public RequestFacts {
        if (model.isEmpty()) {
            throw new IllegalArgumentException("model: empty (expected: a name)");
        }
    }

    /** The change that makes the body ask for another name, with every other byte unchanged. Offsets of all edits are those of the body as received. */
    public Edit renamed(String servedModel) {
        return new Edit(modelLiteral.offset(), modelLiteral.length(), ASCII_JSON.writeValueAsString(servedModel));
    }
}
