// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What of ours deliberately answers otherwise than the real Ollama that it is compared with.
 *
 * @param path of the calls whose answers differ, as a pattern
 * @param members those that are passed over, wherever they stand
 * @param reason why
 */
record Difference(String path, Set<String> members, String reason) {

    static Set<String> membersToPassOver(List<Difference> differences, EngineCall call) {
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
