// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

/** Where demand is written down. The gateway starts no machine: who reads this signal decides. */
public interface DemandSignal {

    /**
     * Tells what a route is asked for now. Called at once when demand rises from nothing, when it ends, and every {@link Demand#RENEWAL_PERIOD} while it
     * lasts; silence means no demand. Calls for one route come in the order of {@link Demand#seq()}. Returns at once and never throws.
     */
    void signal(RouteId route, Demand demand);
}
