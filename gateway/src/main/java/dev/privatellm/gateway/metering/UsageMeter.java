// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.metering;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Totals over all exchanges, apart by confidence, so that an estimate never hides in an exact sum. Totals only grow: a finished exchange is added once,
 * live figures never enter. Safe to call from any thread; {@link #record} never blocks.
 */
public final class UsageMeter {
    private final Map<Confidence, Sums> sums = new EnumMap<>(Confidence.class);

    /** Starts at zero. */
    public UsageMeter() {
        for (Confidence confidence : Confidence.values()) {
            sums.put(confidence, new Sums());
        }
    }

    /** Adds one finished exchange. Counts that are absent add nothing. */
    public void record(TokenUsage usage) {
        of(usage.confidence()).add(usage);
    }

    /** The totals of one confidence; each figure is at least as large as in any earlier answer. */
    public Totals totals(Confidence confidence) {
        return of(confidence).read();
    }

    private Sums of(Confidence confidence) {
        Sums found = sums.get(confidence);
        if (found == null) {
            throw new IllegalStateException("no sums for " + confidence);
        }
        return found;
    }

    /**
     * Sums of tokens.
     *
     * @param requests exchanges recorded, those without any count included
     * @param input see {@link TokenUsage}
     * @param cachedInput see {@link TokenUsage}
     * @param cacheWriteInput see {@link TokenUsage}
     * @param output see {@link TokenUsage}
     * @param reasoning see {@link TokenUsage}
     */
    public record Totals(
            long requests, long input, long cachedInput, long cacheWriteInput, long output, long reasoning) {}

    private static final class Sums {
        private final LongAdder requests = new LongAdder();
        private final LongAdder input = new LongAdder();
        private final LongAdder cachedInput = new LongAdder();
        private final LongAdder cacheWriteInput = new LongAdder();
        private final LongAdder output = new LongAdder();
        private final LongAdder reasoning = new LongAdder();

        void add(TokenUsage usage) {
            requests.increment();
            add(input, usage.input());
            add(cachedInput, usage.cachedInput());
            add(cacheWriteInput, usage.cacheWriteInput());
            add(output, usage.output());
            add(reasoning, usage.reasoning());
        }

        Totals read() {
            return new Totals(
                    requests.sum(),
                    input.sum(),
                    cachedInput.sum(),
                    cacheWriteInput.sum(),
                    output.sum(),
                    reasoning.sum());
        }

        private static void add(LongAdder sum, OptionalLong count) {
            count.ifPresent(sum::add);
        }
    }
}
