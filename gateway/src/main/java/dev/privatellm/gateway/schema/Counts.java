// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.metering.Evidence;
import dev.privatellm.gateway.metering.TokenUsage;

/** The counts of a usage object while it is read. */
final class Counts {
    long input;
    long cached;
    long cacheWrite;
    long output;
    long reasoning;

    Counts() {
        clear();
    }

    void clear() {
        input = JsonScanner.ABSENT;
        cached = JsonScanner.ABSENT;
        cacheWrite = JsonScanner.ABSENT;
        output = JsonScanner.ABSENT;
        reasoning = JsonScanner.ABSENT;
    }

    /** Whether there is a figure for input or output. */
    boolean any() {
        return input != JsonScanner.ABSENT || output != JsonScanner.ABSENT;
    }

    TokenUsage usage(Confidence confidence, Evidence evidence) {
        return new TokenUsage(
                Tally.optional(input),
                Tally.optional(cached),
                Tally.optional(cacheWrite),
                Tally.optional(output),
                Tally.optional(reasoning),
                confidence,
                evidence);
    }
}
