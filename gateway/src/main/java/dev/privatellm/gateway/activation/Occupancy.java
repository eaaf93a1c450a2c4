// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import java.util.concurrent.atomic.AtomicInteger;

/** How many requests wait and are being answered, over all gates. Safe to call from any thread. */
public final class Occupancy {
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();

    void addHeld(int change) {
        held.addAndGet(change);
    }

    void addInFlight(int change) {
        inFlight.addAndGet(change);
    }

    /** Requests waiting now. */
    public int held() {
        return held.get();
    }

    /** Requests being answered now. */
    public int inFlight() {
        return inFlight.get();
    }
}
