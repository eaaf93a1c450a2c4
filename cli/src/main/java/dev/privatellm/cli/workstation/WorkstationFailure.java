// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.Reason;

/** Why a workstation cannot run, for people: what, why, and what to do. Its reason tells who has to act and what the shell is told. */
public final class WorkstationFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public WorkstationFailure(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public WorkstationFailure(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
