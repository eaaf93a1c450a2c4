// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.plan.EffectKind;
import java.util.Optional;

/**
 * Told of every effect once it was tried, and before its outcome is on record, so that a process can be stopped between the two. A journal for people and tests, not a
 * source of truth: a process that dies in between tells the same effect again.
 */
public interface EffectLog {

    /** Notes an effect; durable once this returns. */
    void append(Entry entry);

    /**
     * One effect.
     *
     * @param requestId the id under which the cloud knows it; empty for effects that the cloud does not see
     * @param outcome {@code accepted}, {@code done}, or the failure's reason
     */
    record Entry(EffectKind kind, String target, Optional<String> requestId, String outcome) {}
}
