// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.fake;

import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.port.RouteSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Links in memory. */
public final class MemoryRoutes implements RouteSource {
    private final Map<RouteId, Link> links = new ConcurrentSkipListMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    @Override
    public List<Link> links() {
        return List.copyOf(links.values());
    }

    @Override
    public Subscription subscribe(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Writes a link down. */
    public void put(Link link) {
        links.put(link.id(), link);
        listeners.forEach(Runnable::run);
    }

    /** Deletes a link. */
    public void remove(RouteId route) {
        links.remove(route);
        listeners.forEach(Runnable::run);
    }
}
