// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.activation.Gates;
import dev.privatellm.gateway.exchange.Chain;
import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.Filter;
import dev.privatellm.gateway.exchange.Response;
import dev.privatellm.gateway.filter.RouteSelector.Candidate;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.PathClass;
import dev.privatellm.gateway.schema.Reason;
import java.util.List;
import java.util.Optional;

/**
 * Finds the machine of a call that manages models: the only one there is, or the one that the header {@value #RESOURCE} names, since a model that is yet to
 * be pulled names none.
 */
public final class RouteManageCall implements Filter {
    /** {@code namespace/name} of the resource that is meant. */
    public static final String RESOURCE = "X-PrivateLlm-Resource";

    private final Gates gates;

    public RouteManageCall(Gates gates) {
        this.gates = gates;
    }

    @Override
    public void handle(Exchange exchange, Response response, Chain next) {
        if (exchange.call().pathClass() != PathClass.MANAGE) {
            next.proceed(exchange, response);
            return;
        }
        Optional<String> named = exchange.head().headers().first(RESOURCE);
        List<Link> meant = Route.candidates(gates).stream()
                .map(Candidate::link)
                .filter(link -> exchange.caller().mayUse(link.id().namespace()))
                .filter(link -> named.isEmpty() || named.get().equals(link.id().toString()))
                .toList();
        if (meant.size() != 1) {
            response.fail(Failure.of(
                    Reason.INVALID_REQUEST,
                    meant.size() + " machines could be meant; name one in the header " + RESOURCE
                            + " as namespace/name"));
            return;
        }
        Route.to(exchange, meant.getFirst(), "", gates);
        next.proceed(exchange, response);
    }
}
