// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.status;

import dev.privatellm.machine.plan.Plan;
import java.time.Instant;
import java.util.Optional;

/**
 * What a step ended with.
 *
 * @param nextRun when to step again at the latest
 * @param trouble what stands in the way; empty if all is as it should be
 */
public record Outlook(Instant nextRun, Optional<Plan.Trouble> trouble) {

    /** The next step is due at this moment, and nothing stands in the way. */
    public Outlook(Instant nextRun) {
        this(nextRun, Optional.empty());
    }
}
