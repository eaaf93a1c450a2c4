// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.metering;

import java.util.OptionalLong;

/**
 * The tokens of one exchange. An empty count was not reported; zero was reported as zero.
 *
 * @param input all input tokens, cached and cache-written ones included
 * @param cachedInput the part of the input that was read from a cache
 * @param cacheWriteInput the part of the input that was written to a cache
 * @param output all generated tokens, reasoning included
 * @param reasoning the part of the output that was reasoning
 * @param confidence what kind of figures these are
 * @param evidence where they were read
 */
public record TokenUsage(
        OptionalLong input,
        OptionalLong cachedInput,
        OptionalLong cacheWriteInput,
        OptionalLong output,
        OptionalLong reasoning,
        Confidence confidence,
        Evidence evidence) {
    /** One request of which no count is known. */
    public static final TokenUsage UNKNOWN = new TokenUsage(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Confidence.UNKNOWN,
            Evidence.NONE);

    public TokenUsage {
        requireCount("input", input);
        requireCount("cachedInput", cachedInput);
        requireCount("cacheWriteInput", cacheWriteInput);
        requireCount("output", output);
        requireCount("reasoning", reasoning);
    }

    /** An estimate of the output from {@code deltas} pieces of text. */
    public static TokenUsage estimated(OptionalLong input, long output, long deltas) {
        return new TokenUsage(
                input,
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.of(output),
                OptionalLong.empty(),
                Confidence.ESTIMATED,
                Evidence.deltas(deltas));
    }

    /** The same counts under another confidence. */
    public TokenUsage as(Confidence other) {
        return new TokenUsage(input, cachedInput, cacheWriteInput, output, reasoning, other, evidence);
    }

    private static void requireCount(String name, OptionalLong count) {
        if (count.isPresent() && count.getAsLong() < 0) {
            throw new IllegalArgumentException(name + ": " + count.getAsLong() + " (expected: >= 0)");
        }
    }
}
