// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.cli.workstation.WorkstationFailure;

/** Adds to a failed start what only a look at the system can tell. */
final class StartFailure {
    private StartFailure() {}

    /** A taken port with its holder and another one to take; any other failure as it is. */
    static RuntimeException explained(RuntimeException failure, int port) {
        if (failure instanceof WorkstationFailure known && known.reason() == Reason.PORT_TAKEN) {
            return new WorkstationFailure(
                    Reason.PORT_TAKEN,
                    "port %d is taken by %s; stop it, or take another: --port %d"
                            .formatted(port, ListenPort.holder(port), port + 1),
                    failure);
        }
        return failure;
    }
}
