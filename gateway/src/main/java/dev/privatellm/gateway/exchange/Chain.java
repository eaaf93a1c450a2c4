// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

import java.util.List;

/** The rest of a request's way: filters in their order, the last of which answers. Immutable. */
public final class Chain {
    private final Filter first;
    private final Chain rest;

    public Chain(List<Filter> filters) {
        if (filters.isEmpty()) {
            throw new IllegalArgumentException("filters: none (expected: at least the one that answers)");
        }
        first = filters.getFirst();
        rest = filters.size() == 1 ? this : new Chain(filters.subList(1, filters.size()));
    }

    /** Takes the next step. On the exchange's event loop. */
    public void proceed(Exchange exchange, Response response) {
        first.handle(exchange, response, rest);
    }
}
