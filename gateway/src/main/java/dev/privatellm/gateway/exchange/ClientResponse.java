// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

import dev.privatellm.gateway.schema.ErrorAnswer;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.relay.Headers;
import dev.privatellm.relay.ResponseHead;
import dev.privatellm.relay.ServerExchange;
import io.netty.buffer.ByteBuf;

/** The response as the client's connection takes it: adds the request's id and the machine's state to the head. */
final class ClientResponse implements Response {
    private static final int UNAVAILABLE = 503;

    private final ServerExchange http;
    private final Exchange exchange;

    ClientResponse(ServerExchange http, Exchange exchange) {
        this.http = http;
        this.exchange = exchange;
    }

    @Override
    public void head(int status, Headers headers) {
        if (status == UNAVAILABLE) {
            // A kept connection that idles out would burn one of the client's few retries.
            http.closeAfter();
        }
        Headers all = headers.without("Server", "X-Request-Id").adding("X-Request-Id", exchange.id());
        for (Headers.Field field : exchange.stateHeaders()) {
            all = all.adding(field.name(), field.value());
        }
        http.respond(ResponseHead.of(status, all));
    }

    @Override
    public void body(ByteBuf slice) {
        http.write(slice);
    }

    @Override
    public void end() {
        http.end();
    }

    @Override
    public void abort() {
        http.abort();
    }

    @Override
    public void fail(Failure failure) {
        exchange.record().failed(failure.reason());
        if (http.isResponding()) {
            http.abort();
            return;
        }
        Responses.answer(this, ErrorAnswer.of(exchange.call().dialect(), failure, exchange.id()));
    }

    @Override
    public boolean isWritable() {
        return http.isWritable();
    }
}
