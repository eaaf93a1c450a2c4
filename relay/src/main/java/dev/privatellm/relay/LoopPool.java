// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** The connections of one {@link Http1Upstream} on one event loop. The one used last is used first, so that spare ones grow old and go. */
final class LoopPool {
    private final EventLoop loop;
    private final UpstreamAddress address;
    private final UpstreamDeadlines deadlines;
    private final PoolLimits limits;
    private final LongAdder handshakes;
    private final ArrayDeque<Http1Connection> idle = new ArrayDeque<>();
    private int open;
    private boolean closed;

    LoopPool(
            EventLoop loop,
            UpstreamAddress address,
            UpstreamDeadlines deadlines,
            PoolLimits limits,
            LongAdder handshakes) {
        this.loop = loop;
        this.address = address;
        this.deadlines = deadlines;
        this.limits = limits;
        this.handshakes = handshakes;
    }

    PoolLimits limits() {
        return limits;
    }

    void open(Http1Stream stream) {
        if (closed) {
            stream.finishLater(new StreamEnd.Refused(StreamEnd.Refusal.CLOSED, new ClosedChannelException()));
            return;
        }
        for (Http1Connection next = idle.pollLast(); next != null; next = idle.pollLast()) {
            if (next.isUsable()) {
                next.start(stream);
                return;
            }
        }
        if (open >= limits.connections()) {
            stream.finishLater(new StreamEnd.Refused(
                    StreamEnd.Refusal.TOO_MANY_CONNECTIONS, new IllegalStateException(open + " connections are open")));
        } else {
            connect(stream);
        }
    }

    void prewarm() {
        if (!closed && idle.isEmpty() && open < limits.connections()) {
            connect(null);
        }
    }

    private void connect(@Nullable Http1Stream first) {
        open++;
        Http1Connection connection = new Http1Connection(this, deadlines);
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(Transport.of(loop).channel())
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(deadlines.connect().toMillis()))
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        address.tls()
                                .ifPresent(
                                        tls -> channel.pipeline().addLast(tlsHandler(channel, tls, connection, first)));
                        channel.pipeline().addLast(connection);
                    }
                });
        ChannelFuture connecting = bootstrap.connect(address.address());
        connecting.channel().closeFuture().addListener(ended -> open--);
        connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                refuse(first, TlsFailures.ofConnect(connected.cause()), connected.cause());
            } else if (address.tls().isEmpty()) {
                established(connection, first);
            }
        });
    }

    private SslHandler tlsHandler(
            Channel channel, UpstreamAddress.Tls tls, Http1Connection connection, @Nullable Http1Stream first) {
        SslHandler handler = tls.context()
                .newHandler(channel.alloc(), tls.serverName(), address.address().getPort());
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(deadlines.handshake().toMillis());
        handler.handshakeFuture().addListener(shaken -> {
            if (shaken.isSuccess()) {
                handshakes.increment();
                established(connection, first);
            } else {
                refuse(first, TlsFailures.ofHandshake(shaken.cause()), shaken.cause());
            }
        });
        return handler;
    }

    private void established(Http1Connection connection, @Nullable Http1Stream first) {
        if (first == null || first.isEnded()) {
            giveBack(connection);
        } else if (closed) {
            connection.close();
            first.finish(new StreamEnd.Refused(StreamEnd.Refusal.CLOSED, new ClosedChannelException()));
        } else {
            connection.start(first);
            first.listener().writable();
        }
    }

    private static void refuse(@Nullable Http1Stream first, StreamEnd.Refusal refusal, Throwable cause) {
        if (first != null) {
            first.finish(new StreamEnd.Refused(refusal, cause));
        }
    }

    /** A connection has no stream any more and may serve another. */
    void giveBack(Http1Connection connection) {
        if (closed || idle.size() >= limits.idleConnections()) {
            connection.close();
        } else {
            idle.addLast(connection);
            connection.idle();
        }
    }

    /** A connection that was established has ended. */
    void gone(Http1Connection connection) {
        idle.remove(connection);
    }

    void close() {
        closed = true;
        for (Http1Connection next = idle.poll(); next != null; next = idle.poll()) {
            next.close();
        }
    }
}
