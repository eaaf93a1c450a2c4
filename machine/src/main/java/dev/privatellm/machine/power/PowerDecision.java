// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import java.time.Instant;

/** What is to happen with the machine's power, and why. */
public sealed interface PowerDecision {

    /** One CamelCase word. */
    String reason();

    /** Bring it to serving. */
    record Start(String reason) implements PowerDecision {}

    /**
     * Drain it and take its power.
     *
     * @param forced whether running answers are cut at the drain's deadline
     */
    record Stop(String reason, boolean forced) implements PowerDecision {}

    /** Leave it as it is until something changes. */
    record Keep(String reason) implements PowerDecision {}

    /** Leave it as it is until this moment at the latest, then decide again. */
    record KeepUntil(Instant until, String reason) implements PowerDecision {}
}
