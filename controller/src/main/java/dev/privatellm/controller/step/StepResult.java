// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.controller.status.ResourceStatus;
import dev.privatellm.machine.plan.EffectKind;
import java.time.Instant;
import java.util.Optional;

/**
 * How a step ended.
 *
 * @param nextRun when to step again at the latest; sooner whenever demand, requests by hand, the specification or the guest change
 * @param effect the effect it carried out, whatever its outcome
 * @param status how the resource stands
 * @param isAtRest whether nothing has power, no rule stands and nothing is under way: a process may end now
 */
public record StepResult(Instant nextRun, Optional<EffectKind> effect, ResourceStatus status, boolean isAtRest) {}
