// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one connection, each answered by a thread of its own (a virtual one), so that an answer is straight-line code that may wait. Reading never
 * pauses, which is how a client's leaving is seen at once; a request that arrives while another is being answered waits its turn.
 */
final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {

    /** Requests that may wait behind the one being answered; beyond, the connection is closed. */
    private static final int MAX_PIPELINED = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    /** Answers one request. */
    interface Service {
        void serve(Exchange exchange) throws ClientGone;
    }

    private final TruthLog truth;
    private final Clock clock;
    private final Service service;
    private final Executor workers;
    private final Queue<Exchange> waiting = new ArrayDeque<>();
    private @Nullable Connection connection;
    private boolean busy;

    /** @param workers runs each answer, which may wait for as long as it likes */
    Requests(TruthLog truth, Clock clock, Service service, Executor workers) {
        this.truth = truth;
        this.clock = clock;
        this.service = service;
        this.workers = workers;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (connection == null) {
            connection = new Connection(context.channel());
        }
        if (request.decoderResult().isFailure() || waiting.size() == MAX_PIPELINED) {
            var _ = context.close();
            return;
        }
        String uri = request.uri();
        int query = uri.indexOf('?');
        waiting.add(new Exchange(
                connection,
                truth,
                clock,
                request.method().name(),
                query < 0 ? uri : uri.substring(0, query),
                Exchange.bytes(request.content()),
                HttpUtil.isKeepAlive(request)));
        next(context);
    }

    private void next(ChannelHandlerContext context) {
        if (busy) {
            return;
        }
        Exchange exchange = waiting.poll();
        if (exchange != null) {
            busy = true;
            workers.execute(() -> answer(context, exchange));
        }
    }

    private void answer(ChannelHandlerContext context, Exchange exchange) {
        boolean whole = false;
        try {
            service.serve(exchange);
            whole = exchange.isRecorded();
        } catch (ClientGone e) {
            LOG.debug("{}: the client has left", exchange.path());
        } catch (RuntimeException e) {
            LOG.warn("{} failed", exchange.path(), e);
        } finally {
            exchange.abandoned();
            boolean again = whole && exchange.keepsAlive();
            context.executor().execute(() -> {
                busy = false;
                if (again) {
                    next(context);
                } else {
                    var _ = context.close();
                }
            });
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        wake();
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        wake();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }

    private void wake() {
        if (connection != null) {
            connection.changed();
        }
    }
}
