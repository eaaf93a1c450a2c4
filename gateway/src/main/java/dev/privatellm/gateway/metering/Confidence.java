// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.metering;

/** How far the counts of a {@link TokenUsage} can be trusted. A lower confidence is never dressed as a higher one. */
public enum Confidence {
    /** The frame that the client API defines as final was seen, also if the client left right after it. */
    EXACT,
    /** The engine's own figures, but the exchange ended before the final frame, or a figure is known to cover only a part. */
    EXACT_PARTIAL,
    /** Computed here from deltas seen. */
    ESTIMATED,
    /** The engine said nothing: one request, no tokens. */
    UNKNOWN;

    /** The word of logs, metrics and the ledger: {@code exact}, {@code exact-partial}, {@code estimated}, {@code unknown}. */
    public String word() {
        return switch (this) {
            case EXACT -> "exact";
            case EXACT_PARTIAL -> "exact-partial";
            case ESTIMATED -> "estimated";
            case UNKNOWN -> "unknown";
        };
    }
}
