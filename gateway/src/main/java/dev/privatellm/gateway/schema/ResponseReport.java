// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import dev.privatellm.gateway.metering.TokenUsage;

/**
 * What a whole answer was.
 *
 * @param usage the tokens, to be recorded once
 * @param end how it ended; {@link EndState#TRUNCATED} also when the client left before the end
 * @param position where the client's body stands, for {@link ClientApi#errorFrame}
 * @param deltas pieces of text seen
 * @param malformedUsage usage fields that held no count (negative, fractional, text, beyond 2⁵³)
 */
public record ResponseReport(
        TokenUsage usage, EndState end, StreamPosition position, long deltas, int malformedUsage) {}
