// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.power.Demand;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the gateways wrote down. */
public interface DemandSource {

    /** The demand of this moment, by the controller's own clock; returns at once. */
    Reading read();

    /**
     * Demand, and who would connect.
     *
     * @param egress addresses that gateways report as their own beside those that the controller sees itself; may be empty
     */
    record Reading(Demand demand, SortedSet<String> egress) {
        public Reading {
            egress = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(egress));
        }
    }
}
