// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.metering;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tokens per delta of each model, learned from exchanges that ended with an exact count, for estimates of those that did not. Until a model has been
 * seen, one delta is one token, which is what Ollama sends. Safe to call from any thread.
 */
public final class ChunkCalibration {
    /** Models remembered at most; the one used longest ago is forgotten first. */
    public static final int MAX_MODELS = 1024;

    /** Deltas that an old exchange may weigh against a new one: a model's habit is followed within a few answers. */
    private static final double MAX_WEIGHT = 20_000;

    private final Map<String, Ratio> ratios = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Learns from one exchange. Exchanges without a delta teach nothing.
     *
     * @param model the model's name
     * @param deltas pieces of text seen, reasoning and tool arguments included
     * @param outputTokens the engine's exact count for them
     */
    public synchronized void learn(String model, long deltas, long outputTokens) {
        if (deltas <= 0 || outputTokens < 0) {
            return;
        }
        Ratio old = ratios.getOrDefault(model, new Ratio(0, 0));
        double keep = Math.min(1, MAX_WEIGHT / Math.max(1, old.deltas + deltas));
        ratios.put(model, new Ratio(old.deltas * keep + deltas, old.tokens * keep + outputTokens));
        if (ratios.size() > MAX_MODELS) {
            ratios.remove(ratios.keySet().iterator().next());
        }
    }

    /** Tokens that this many deltas of the model probably are. */
    public synchronized long estimate(String model, long deltas) {
        Ratio ratio = ratios.get(model);
        return ratio == null ? deltas : Math.round(deltas * (ratio.tokens / ratio.deltas));
    }

    private record Ratio(double deltas, double tokens) {}
}
