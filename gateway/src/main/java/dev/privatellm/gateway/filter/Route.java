// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.activation.Gate;
import dev.privatellm.gateway.activation.Gates;
import dev.privatellm.gateway.exchange.Chain;
import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.Filter;
import dev.privatellm.gateway.exchange.Response;
import dev.privatellm.gateway.filter.RouteSelector.Candidate;
import dev.privatellm.gateway.filter.RouteSelector.Choice;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.RequestFacts;
import java.util.List;

/** Finds the machine of a call by the model that it names. */
public final class Route implements Filter {
    private final Gates gates;

    public Route(Gates gates) {
        this.gates = gates;
    }

    @Override
    public void handle(Exchange exchange, Response response, Chain next) {
        if (exchange.record().route().isPresent()) {
            next.proceed(exchange, response);
            return;
        }
        String model = exchange.facts()
                .map(RequestFacts::model)
                .orElseThrow(() -> new IllegalStateException("a call without a model came to be routed"));
        switch (RouteSelector.select(model, exchange.caller(), candidates(gates))) {
            case Choice.NoRoute(Failure failure) -> response.fail(failure);
            case Choice.Selected(Link link, String servedModel) -> {
                to(exchange, link, servedModel, gates);
                next.proceed(exchange, response);
            }
        }
    }

    /** Notes down which machine is to answer. */
    static void to(Exchange exchange, Link link, String servedModel, Gates gates) {
        exchange.record().route(link.id(), servedModel, link.runId());
        gates.gate(link.id()).ifPresent(gate -> exchange.stateHeaders(() -> StateHeaders.of(gate)));
    }

    static List<Candidate> candidates(Gates gates) {
        return gates.all().stream().map(Route::candidate).toList();
    }

    private static Candidate candidate(Gate gate) {
        return new Candidate(gate.link(), gate.held(), gate.inFlight());
    }
}
