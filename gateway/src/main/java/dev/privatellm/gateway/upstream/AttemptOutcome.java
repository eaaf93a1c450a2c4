// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.upstream;

/** What is to become of a request after an attempt. */
public enum AttemptOutcome {
    /** The machine answered for itself: pass it on. */
    PASS,
    /** Certainly not processed: it may be sent again. */
    AGAIN,
    /** Perhaps processed: it is not sent again; the client may. */
    AMBIGUOUS,
    /** Somebody answered who is not our machine. Nothing was sent and nothing weaker is tried. */
    UNTRUSTED,
    /** Our machine does not accept our bearer. */
    DENIED
}
