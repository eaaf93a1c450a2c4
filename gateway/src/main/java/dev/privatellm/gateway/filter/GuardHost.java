// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.exchange.Chain;
import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.Filter;
import dev.privatellm.gateway.exchange.Response;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.Reason;
import dev.privatellm.relay.Headers;
import java.util.List;

/** Refuses requests that were not addressed to this gateway, or that a foreign web page sends. */
public final class GuardHost implements Filter {
    private final HostNames names;

    public GuardHost(HostNames names) {
        this.names = names;
    }

    @Override
    public void handle(Exchange exchange, Response response, Chain next) {
        Headers headers = exchange.head().headers();
        List<String> hosts = headers.all("Host");
        // Only a client older than HTTP/1.1 may be without one (the relay sees to that), and no browser is.
        if (!hosts.stream().allMatch(names::allowHost)) {
            response.fail(Failure.of(
                    Reason.FORBIDDEN,
                    "the Host header names no address of this gateway; allow the name in its settings"));
        } else if (!headers.all("Origin").stream().allMatch(names::allowOrigin)) {
            response.fail(Failure.of(Reason.FORBIDDEN, "web pages of this Origin may not call"));
        } else {
            next.proceed(exchange, response);
        }
    }
}
