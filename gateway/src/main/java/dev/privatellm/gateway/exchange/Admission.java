// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

import dev.privatellm.gateway.port.Link;

/** Leave to ask a machine, once. Whoever holds it tells how the attempt went. */
public interface Admission {
    /** The machine to ask. */
    Link link();

    /** The name that the machine's engine knows the model by. */
    String servedModel();

    /** The attempt certainly was not processed: the request waits again and comes back with another admission. */
    void turnedAway();

    /** The machine answers; the request is not repeated from now on. */
    void answered();
}
