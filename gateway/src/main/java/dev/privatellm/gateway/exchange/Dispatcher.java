// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

import dev.privatellm.gateway.port.Timepiece;
import dev.privatellm.gateway.schema.Call;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.PathClass;
import dev.privatellm.gateway.schema.Surface;
import dev.privatellm.relay.ExchangeHandler;
import dev.privatellm.relay.Headers;
import dev.privatellm.relay.RequestHead;
import dev.privatellm.relay.RequestListener;
import dev.privatellm.relay.ServerExchange;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Names each request and sends it through the chain. Requests for the gateway's own endpoints are left to the server behind. */
public final class Dispatcher implements ExchangeHandler {
    private final Chain chain;
    private final Timepiece time;
    private final Supplier<String> ids;
    private final AtomicInteger running = new AtomicInteger();
    private final Object idle = new Object();

    /**
     * @param ids gives each request a name that no other has
     */
    public Dispatcher(Chain chain, Timepiece time, Supplier<String> ids) {
        this.chain = chain;
        this.time = time;
        this.ids = ids;
    }

    /** Exchanges begun and not ended. */
    public int running() {
        return running.get();
    }

    /**
     * Waits until no exchange runs. Not for an event loop.
     *
     * @return false if the time was over before
     */
    public boolean awaitIdle(Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        synchronized (idle) {
            while (running.get() > 0) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(idle, left);
            }
        }
        return true;
    }

    @Override
    public boolean takes(RequestHead head) {
        return call(head).pathClass() != PathClass.HEALTH;
    }

    @Override
    public RequestListener begin(ServerExchange http) {
        Exchange exchange = new Exchange(http, ids.get(), call(http.head()), time);
        Response response = new Counted(new ClientResponse(http, exchange), exchange);
        exchange.lastResort(response::abort);
        exchange.guarded(response, () -> chain.proceed(exchange, response));
        return new Listener(exchange, response);
    }

    private static Call call(RequestHead head) {
        return Surface.recognise(
                head.method(), head.target(), name -> head.headers().first(name));
    }

    private record Listener(Exchange exchange, Response response) implements RequestListener {
        @Override
        public void body(ByteBuf slice) {
            exchange.guarded(response, () -> exchange.slice(slice));
        }

        @Override
        public void end(Headers trailers) {
            exchange.guarded(response, exchange::bodyEnd);
        }

        @Override
        public void writable() {
            exchange.guarded(response, exchange::writable);
        }

        @Override
        public void left() {
            exchange.left();
        }
    }

    /** Counts the exchange until its response has ended or its client has left. */
    private final class Counted extends ForwardingResponse {
        private final Exchange exchange;
        private boolean ended;

        Counted(Response next, Exchange exchange) {
            super(next);
            this.exchange = exchange;
            running.incrementAndGet();
            exchange.onLeft(this::ended);
        }

        @Override
        public void end() {
            ended();
            super.end();
        }

        @Override
        public void abort() {
            ended();
            super.abort();
        }

        @Override
        public void fail(Failure failure) {
            ended();
            super.fail(failure);
        }

        private void ended() {
            if (!ended) {
                ended = true;
                if (running.decrementAndGet() == 0) {
                    synchronized (idle) {
                        idle.notifyAll();
                    }
                }
                exchange.over();
            }
        }
    }
}
