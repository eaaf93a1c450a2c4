// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.time.Instant;
import java.util.Optional;

/** What to do now: find something out, write something down, do one thing, or nothing until a moment. */
public sealed interface Plan {

    /** Find this out and decide again. */
    record Ask(Question question) implements Plan {}

    /** The record changes by what was seen; write it and decide again. */
    record Note(PlanState next, String reason) implements Plan {}

    /** Do this, and nothing else in this step. */
    record Act(Effect effect) implements Plan {}

    /**
     * Nothing to do before this moment unless the world changes.
     *
     * @param trouble what stands in the way; empty if all is as it should be
     */
    record Wait(Instant until, String reason, Optional<Trouble> trouble) implements Plan {}

    /**
     * What stands in the way, for people.
     *
     * @param reason one word of the reasons' table
     * @param code the other side's own word
     * @param retryAt when it is tried again; empty if only a changed specification helps
     */
    record Trouble(String reason, String code, String message, Optional<Instant> retryAt) {}
}
