// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

/** How many requests at once this gateway may have at a machine: all of its slots if it is the only gateway, its share otherwise. */
@FunctionalInterface
public interface Slots {

    /** This gateway's part of the {@code slots} of a route's engine; at least 1. */
    int share(RouteId route, int slots);

    /** For a gateway that shares with nobody. */
    static Slots all() {
        return (route, slots) -> slots;
    }
}
