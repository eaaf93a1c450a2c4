// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import dev.privatellm.gateway.port.Timepiece;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request's place at a {@link Gate}: waiting in the order of its arrival, in flight, or given back. Its fields belong to the gate's lock.
 */
public final class Ticket {
    private final Gate gate;
    final long order;
    final Arrival arrival;
    final Waiter waiter;
    final long entered;
    final long deadline;
    final boolean wakeCaused;
    State state = State.HELD;
    int attempts;
    long machine;
    long alarms;
    long heldNanos;
    long heldSince;
    Timepiece.@Nullable Alarm alarm;

    /** Where a ticket is. */
    enum State {
        HELD,
        IN_FLIGHT,
        GIVEN_BACK
    }

    Ticket(
            Gate gate,
            long order,
            Arrival arrival,
            Waiter waiter,
            long entered,
            Duration longestHold,
            boolean wakeCaused) {
        this.gate = gate;
        this.order = order;
        this.arrival = arrival;
        this.waiter = waiter;
        this.entered = entered;
        this.deadline = entered + longestHold.toNanos();
        this.wakeCaused = wakeCaused;
    }

    /** The request has ended, for whatever reason; nothing more will be told. Giving back twice is a success. */
    public void leave() {
        gate.leave(this);
    }

    /** The machine could not be reached, so the attempt was not processed: the request takes its old place in the queue again. */
    public void turnedAway() {
        gate.turnedAway(this, false);
    }

    /** The machine answered that it does not take the request now: it waits as after {@link #turnedAway}, but this is no sign that nobody is there. */
    public void turnedAwayBusy() {
        gate.turnedAway(this, true);
    }

    /** The machine answered: it is reachable. */
    public void answered() {
        gate.answered(this);
    }

    /** Time spent waiting so far. */
    public Duration held() {
        return gate.heldFor(this);
    }

    /** Whether nobody else needed the sleeping machine when this request came. */
    public boolean wakeCaused() {
        return wakeCaused;
    }
}
