// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.exchange.Caller;
import dev.privatellm.gateway.exchange.Chain;
import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.Filter;
import dev.privatellm.gateway.exchange.Response;
import dev.privatellm.gateway.port.ApiKey.Scope;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.PathClass;
import dev.privatellm.gateway.schema.Reason;
import dev.privatellm.relay.Headers;

/** Lets only callers through who proved who they are and may do what they ask for; before a byte of a body is read. */
public final class Authenticate implements Filter {
    private final Credentials credentials;

    public Authenticate(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public void handle(Exchange exchange, Response response, Chain next) {
        Headers headers = exchange.head().headers();
        switch (credentials.prove(headers.all("Authorization"), headers.all("x-api-key"), exchange.remoteAddress())) {
            case Credentials.Proof.Refused(Failure failure) -> response.fail(failure);
            case Credentials.Proof.Known(Caller caller) -> {
                exchange.caller(caller);
                Scope needed = needed(exchange.call().pathClass());
                if (caller.may(needed)) {
                    next.proceed(exchange, response);
                } else {
                    response.fail(Failure.of(
                            Reason.FORBIDDEN, "key " + caller.keyId() + " has no scope " + needed + " for this call"));
                }
            }
        }
    }

    private static Scope needed(PathClass pathClass) {
        return switch (pathClass) {
            case GENERATE, EMBED, READ, NOT_FOUND -> Scope.INFER;
            case MANAGE -> Scope.MANAGE;
            case HEALTH -> Scope.ADMIN;
        };
    }
}
