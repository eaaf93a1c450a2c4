// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import dev.privatellm.gateway.port.Demand;
import dev.privatellm.gateway.port.DemandSignal;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.port.Slots;
import dev.privatellm.gateway.port.Timepiece;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.Reason;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/** One {@link Gate} per route. Safe to call from any thread. */
public final class Gates {
    static final Failure DRAINING =
            Failure.of(Reason.BOOTING, "this gateway is being restarted; the machine goes on", Duration.ofSeconds(2));

    private final ConcurrentMap<RouteId, Gate> gates = new ConcurrentHashMap<>();
    private final ActivationPolicy policy;
    private final Limits limits;
    private final Slots slots;
    private final Timepiece time;
    private final DemandSignal signal;
    private final Function<RouteId, Usage> usage;
    private final Occupancy occupancy = new Occupancy();
    private final Map<RouteId, DemandBeacon> beacons = new HashMap<>();
    private boolean draining;

    /** What a route has been used for so far. */
    public record Usage(long requests, Map<String, Long> tokens) {}

    public Gates(Limits limits, Slots slots, Timepiece time, DemandSignal signal, Function<RouteId, Usage> usage) {
        this.policy = new ActivationPolicy(limits);
        this.limits = limits;
        this.slots = slots;
        this.time = time;
        this.signal = signal;
        this.usage = usage;
    }

    /** Takes the links that are known now: opens gates for new routes, closes those of routes that are gone, tells the others of their newer link. */
    public synchronized void update(List<Link> links) {
        Set<RouteId> known = new HashSet<>();
        for (Link link : links) {
            known.add(link.id());
            Gate gate = gates.get(link.id());
            if (gate == null) {
                gates.put(link.id(), open(link));
            } else {
                gate.update(link);
            }
        }
        for (Map.Entry<RouteId, Gate> entry : new HashMap<>(gates).entrySet()) {
            if (!known.contains(entry.getKey())) {
                gates.remove(entry.getKey());
                entry.getValue()
                        .close(Failure.of(Reason.UNKNOWN_MODEL, "the resource " + entry.getKey() + " was deleted"));
            }
        }
    }

    /** The gate of a route; empty if the route is gone. */
    public Optional<Gate> gate(RouteId route) {
        return Optional.ofNullable(gates.get(route));
    }

    /** All gates. */
    public Collection<Gate> all() {
        return List.copyOf(gates.values());
    }

    /** How many requests wait over all gates. */
    public Occupancy occupancy() {
        return occupancy;
    }

    /** Ends every hold with a failure that may be retried, and lets nobody in any more. */
    public synchronized void drain() {
        draining = true;
        gates.values().forEach(gate -> gate.close(DRAINING));
    }

    private Gate open(Link link) {
        Gate gate = new Gate(
                link, policy, limits, slots, time, occupancy, beacons.computeIfAbsent(link.id(), this::beacon));
        if (draining) {
            gate.close(DRAINING);
        }
        return gate;
    }

    /** One for each name, so that the numbers of its signals go on when a resource comes again under the name of a deleted one. */
    private DemandBeacon beacon(RouteId route) {
        return new DemandBeacon(seq -> demand(route, seq), demand -> signal.signal(route, demand), time);
    }

    private Demand demand(RouteId route, long seq) {
        Usage used = usage.apply(route);
        Gate gate = gates.get(route);
        return gate == null
                ? new Demand(seq, 0, 0, 0, time.now(), used.requests(), used.tokens())
                : new Demand(
                        seq,
                        gate.held(),
                        gate.inFlight(),
                        gate.link().generation(),
                        time.now(),
                        used.requests(),
                        used.tokens());
    }
}
