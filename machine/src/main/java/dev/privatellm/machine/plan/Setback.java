// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * A kind of effect that failed and is not tried again for a while: what keeps a refusal from becoming a storm.
 *
 * @param reason one word of the reasons' table
 * @param code the vendor's own word
 * @param attempts how often in a row
 * @param retryAt when it may be tried again; empty if only another specification helps
 * @param specGeneration the specification it failed under
 */
public record Setback(
        EffectKind kind,
        String reason,
        String code,
        String message,
        int attempts,
        Instant since,
        Optional<Instant> retryAt,
        long specGeneration) {

    boolean holds(long generation, Instant now) {
        return retryAt.map(now::isBefore).orElse(generation == specGeneration);
    }
}
