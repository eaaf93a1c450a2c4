// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.schema.Failure;

/** A request at a {@link Gate}. Called on the thread of {@link Gate#enter} or on any other, without a lock held; exactly one call at a time is under way. */
public interface Waiter {
    /** Go to this machine now. Called again after each {@link Ticket#turnedAway}. */
    void admitted(Ticket ticket, Link link);

    /** Wait; another call follows, unless the ticket is {@linkplain Ticket#leave given back}. */
    void held(Ticket ticket);

    /** It will not be. The ticket is given back already. */
    void refused(Failure failure);
}
