// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.fake;

import dev.privatellm.gateway.port.Demand;
import dev.privatellm.gateway.port.DemandSignal;
import dev.privatellm.gateway.port.RouteId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers every signal. */
public final class RecordingDemand implements DemandSignal {
    private final List<Demand> signals = new CopyOnWriteArrayList<>();

    @Override
    public void signal(RouteId route, Demand demand) {
        signals.add(demand);
    }

    /** All signals in the order in which they came. */
    public List<Demand> signals() {
        return List.copyOf(signals);
    }

    /** How often demand rose from nothing. */
    public long rises() {
        long rises = 0;
        boolean present = false;
        for (Demand demand : signals) {
            if (demand.isPresent() && !present) {
                rises++;
            }
            present = demand.isPresent();
        }
        return rises;
    }

    /** Forgets all signals; to be called while there is no demand. */
    public void clear() {
        signals.clear();
    }
}
