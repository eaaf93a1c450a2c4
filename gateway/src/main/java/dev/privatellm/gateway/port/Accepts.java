// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

/** What the control plane advises to do with a request that arrives now. A hint: the machine itself enforces its drain. */
public enum Accepts {
    /** The machine serves. */
    FORWARD,
    /** The machine is not serving, but will be: hold the request. */
    HOLD,
    /** The machine will not be started for this request; the link's reason says why. */
    REFUSE
}
