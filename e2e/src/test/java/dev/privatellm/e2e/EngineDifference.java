// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the engine double deliberately does otherwise than the real Ollama that it is compared with.
 *
 * @param path of the calls whose answers differ, as a pattern
 * @param members those that are passed over, wherever they stand
 * @param reason why
 */
record EngineDifference(String path, Set<String> members, String reason) {
    private static final String NEWER = "Ollama sends it from 0.33.3, which the double follows";

    static final List<EngineDifference> ALL = List.of(
            new EngineDifference("/api/(generate|chat)", Set.of("prompt_eval_cached_count"), NEWER),
            new EngineDifference("/v1/(chat/)?completions", Set.of("prompt_tokens_details"), NEWER),
            new EngineDifference("/v1/responses", Set.of("cached_tokens"), NEWER + "; before, it is always 0"),
            new EngineDifference("/v1/messages", Set.of("cache_read_input_tokens"), NEWER),
            new EngineDifference(
                    "/api/show", Set.of("model_info", "tensors"), "follow from the weights, and there are none"),
            new EngineDifference(
                    "/api/show",
                    Set.of("parent_model"),
                    "names the file that the tiny models were made from; those of the double were pulled"),
            new EngineDifference("/api/ps", Set.of("size_vram"), "is 0 where there is no GPU; machines have one"));

    static Set<String> membersToPassOver(List<EngineDifference> differences, EngineCall call) {
        return differences.stream()
                .filter(difference -> difference.concerns(call))
                .flatMap(difference -> difference.members().stream())
                .collect(Collectors.toSet());
    }

    boolean concerns(EngineCall call) {
        return call.path().matches(path);
    }

    @Override
    public String toString() {
        return path + " " + members + ": " + reason;
    }
}
