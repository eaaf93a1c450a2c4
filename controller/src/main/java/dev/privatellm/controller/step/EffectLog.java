// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.plan.EffectKind;
import java.util.Optional;

/** Told of every effect once its outcome is on record. A process that dies before it is told has still recorded the effect: this is a journal for people and tests, not a source of truth. */
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
