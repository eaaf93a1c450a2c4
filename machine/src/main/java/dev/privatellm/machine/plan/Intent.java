// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.RequestId;
import java.time.Instant;
import java.util.Optional;

/**
 * A mutation of the cloud that was decided upon and is not known to be over. Written before the call, so that after a crash it is sent again under the same
 * id instead of being done twice.
 *
 * @param offering where and as what, if it makes a machine
 * @param operation the cloud's operation; empty until the cloud's answer is on record
 */
public record Intent(
        RequestId id,
        EffectKind kind,
        String target,
        Optional<Offering> offering,
        Instant startedAt,
        Optional<OperationId> operation) {

    Intent accepted(OperationId id) {
        return new Intent(this.id, kind, target, offering, startedAt, Optional.of(id));
    }
}
