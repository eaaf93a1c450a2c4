// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.util.HashMap;
import java.util.Map;

/** The prompt that each model has evaluated last: what a new one shares with its beginning need not be evaluated again. One slot per model. */
final class PromptCache {

    /** Characters of a prompt kept. */
    private static final int MAX_KEPT = 1 << 20;

    private static final int CHARACTERS_PER_TOKEN = 4;

    private final Map<String, String> last = new HashMap<>();

    /** Tokens of this prompt that are cached, always fewer than it has; remembers it. */
    synchronized long take(String model, String prompt, long tokens) {
        String before = last.put(model, prompt.substring(0, Math.min(prompt.length(), MAX_KEPT)));
        if (before == null) {
            return 0;
        }
        int same = 0;
        while (same < before.length() && same < prompt.length() && before.charAt(same) == prompt.charAt(same)) {
            same++;
        }
        return Math.max(0, Math.min(tokens - 1, same / CHARACTERS_PER_TOKEN));
    }
}
