// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.metering.TokenUsage;
import dev.privatellm.gateway.metering.UsageMeter;
import dev.privatellm.gateway.port.RouteId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The tokens of each route since this gateway started. Safe to call from any thread. */
public final class RouteUsage {
    private final ConcurrentMap<RouteId, UsageMeter> meters = new ConcurrentHashMap<>();

    void add(RouteId route, TokenUsage usage) {
        meter(route).record(usage);
    }

    /** The totals of one route and confidence. */
    public UsageMeter.Totals totals(RouteId route, Confidence confidence) {
        return meter(route).totals(confidence);
    }

    private UsageMeter meter(RouteId route) {
        return meters.computeIfAbsent(route, _ -> new UsageMeter());
    }
}
