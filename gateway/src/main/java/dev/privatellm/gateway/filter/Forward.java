// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.exchange.Chain;
import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.Filter;
import dev.privatellm.gateway.exchange.Response;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.Sensitive;
import dev.privatellm.gateway.schema.PathClass;
import dev.privatellm.gateway.upstream.Machines;
import dev.privatellm.relay.Upstream;
import java.util.Optional;

/** Sends an admitted request to its machine and the answer back; the last filter. */
public final class Forward implements Filter {
    private final Machines machines;

    public Forward(Machines machines) {
        this.machines = machines;
    }

    @Override
    public void handle(Exchange exchange, Response response, Chain next) {
        Link link = exchange.admission().link();
        Optional<Upstream> machine = machines.machine(link.id());
        Optional<Link.Access> access = link.access();
        if (machine.isEmpty() || access.isEmpty()) {
            response.fail(FailureMapper.unusableLink(link.id()));
            return;
        }
        boolean manages = exchange.call().pathClass() == PathClass.MANAGE;
        Optional<Sensitive> token =
                manages ? access.get().manageToken() : Optional.of(access.get().inferToken());
        if (token.isEmpty()) {
            response.fail(FailureMapper.manageCallsOff(link.id()));
            return;
        }
        Attempt attempt = new Attempt(exchange, response);
        if (manages) {
            attempt.stream(machine.get(), UpstreamRequest.head(exchange, access.get(), token.get()));
        } else {
            byte[] body = UpstreamRequest.body(exchange, exchange.admission().servedModel());
            attempt.send(machine.get(), UpstreamRequest.head(exchange, access.get(), token.get()), body);
        }
    }
}
