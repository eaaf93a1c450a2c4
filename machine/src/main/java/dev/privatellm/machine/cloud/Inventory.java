// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.List;
import java.util.Optional;

/** Everything of ours in the project, whoever of us made it, for whoever tidies up. Every method may throw any {@link CloudFailure}. */
public interface Inventory {

    /** All of one kind, in every zone and region; complete or a failure. What does not say that we made it is not among it. */
    List<Asset> list(Asset.Kind kind);

    /**
     * Removes one of them with all that is in it; what is not there any more is {@link CloudFailure.NotFound}.
     *
     * @return the operation that tells when it is gone; empty if it is gone already
     */
    Optional<OperationId> remove(Asset asset, RequestId requestId);

    /** How far a removal has come. */
    OperationStatus operation(OperationId id);
}
