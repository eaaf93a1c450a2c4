// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.util.OptionalLong;

/** Tokens that an answer itself reported to its client, cached input included. */
public record SeenUsage(OptionalLong inputTokens, OptionalLong outputTokens) {

    /** The answer reported nothing. */
    static final SeenUsage NONE = new SeenUsage(OptionalLong.empty(), OptionalLong.empty());

    static SeenUsage of(OptionalLong input, OptionalLong output) {
        return new SeenUsage(input, output);
    }
}
