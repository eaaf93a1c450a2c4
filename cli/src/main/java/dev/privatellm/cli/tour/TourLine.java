// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/**
 * One request as it is reported.
 *
 * @param waitSeconds until something of the answer itself arrived
 * @param inputTokens as the gateway counted; null if it did not
 * @param outputTokens as the gateway counted; null if it did not
 * @param confidence the gateway's word for its count; {@code none} if there is no count
 * @param firstWords beginning of the answer, or what was wrong with it; for people only
 */
public record TourLine(
        String api,
        String path,
        boolean streamed,
        double waitSeconds,
        @Nullable Long inputTokens,
        @Nullable Long outputTokens,
        String confidence,
        @JsonIgnore String firstWords) {}
