// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A model as it is known without asking its machine.
 *
 * @param name as clients ask for it
 * @param digest SHA-256 in lower-case hex, if a machine has confirmed one
 * @param contextLength the real window in tokens
 * @param capabilities Ollama's words: completion, tools, thinking, vision, embedding
 * @param architecture Ollama's {@code general.architecture}; empty if not known
 * @param modified when it was declared or pulled
 * @param loaded whether it is in a running engine's memory
 */
public record KnownModel(
        String name,
        Optional<String> digest,
        int contextLength,
        List<String> capabilities,
        String architecture,
        Instant modified,
        boolean loaded) {
    public KnownModel {
        capabilities = List.copyOf(capabilities);
        if (contextLength < 1) {
            throw new IllegalArgumentException("contextLength: " + contextLength + " (expected: >= 1)");
        }
    }
}
