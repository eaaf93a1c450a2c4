// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

import dev.privatellm.gateway.port.Link;

/** Leave to ask a machine, once. Whoever holds it tells how the attempt went. */
public interface Admission {
    /** The machine to ask. */
    Link link();

    /** The name that the machine's engine knows the model by. */
    String servedModel();

    /** The machine could not be reached: the attempt was not processed, the request waits again and comes back with another admission. */
    void turnedAway();

    /** The machine answered that it does not take the request now; as {@link #turnedAway}, but nobody takes the machine for gone. */
    void turnedAwayBusy();

    /** The machine answers; the request is not repeated from now on. */
    void answered();
}
