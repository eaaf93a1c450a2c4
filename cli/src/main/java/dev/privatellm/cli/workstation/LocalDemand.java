// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.controller.step.DemandSource;
import dev.privatellm.gateway.port.Demand;
import dev.privatellm.gateway.port.DemandSignal;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.port.Timepiece;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Demand in one process: what the gateway wrote down last about one route is what the controller reads. It counts for a while and then lapses, as a lease
 * would, so that a gateway that has stopped working does not keep a machine. Safe from any thread.
 */
final class LocalDemand implements DemandSignal, DemandSource {
    /** Silence longer than this is no demand: three renewals missed. */
    static final Duration LAPSE = Demand.RENEWAL_PERIOD.multipliedBy(3);

    private final RouteId route;
    private final Timepiece time;
    private final Runnable listener;
    private @Nullable Demand last;
    private Optional<Instant> lastActivity = Optional.empty();
    private long heardAt;
    private Timepiece.Alarm lapse = () -> {};

    /**
     * Nobody asks yet.
     *
     * @param route the resource's; demand for another one is not ours
     * @param listener told when demand rises from nothing, ends or lapses; returns at once
     */
    LocalDemand(RouteId route, Timepiece time, Runnable listener) {
        this.route = route;
        this.time = time;
        this.listener = listener;
    }

    @Override
    public void signal(RouteId of, Demand demand) {
        if (!of.equals(route)) {
            return;
        }
        boolean changed;
        synchronized (this) {
            Demand before = last;
            if (before != null && before.seq() > demand.seq()) {
                return;
            }
            changed = (before != null && before.isPresent()) != demand.isPresent();
            last = demand;
            lastActivity = Optional.of(demand.lastActivity());
            heardAt = time.nanoTime();
            lapse.cancel();
            if (demand.isPresent()) {
                // Nobody says when demand has lapsed, and whoever sleeps until then has to be woken.
                lapse = time.after(LAPSE.plusNanos(1), listener);
            }
        }
        if (changed) {
            listener.run();
        }
    }

    @Override
    public synchronized Reading read() {
        Demand heard = last;
        boolean lapsed = heard == null || time.nanoTime() - heardAt > LAPSE.toNanos();
        var demand = lapsed || heard == null
                ? new dev.privatellm.machine.power.Demand(0, 0, lastActivity)
                : new dev.privatellm.machine.power.Demand(heard.held(), heard.inFlight(), lastActivity);
        return new Reading(demand, new TreeSet<>());
    }
}
