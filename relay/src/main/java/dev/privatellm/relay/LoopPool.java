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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
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
    private final Set<Channel> channels = new HashSet<>();
    private @Nullable Opening ahead;
    private int open;
    private boolean closed;

    /** A connection on its way up. */
    private final class Opening {
        final Http1Connection connection = new Http1Connection(LoopPool.this, deadlines);
        final boolean isAhead;
        /** Told if it fails, whoever has taken it over. */
        final Consumer<StreamEnd.Refusal> failed;

        /** Whom it is for; nobody yet, if it was opened ahead. */
        @Nullable
        Http1Stream first;

        boolean connected;

        Opening(@Nullable Http1Stream first, Consumer<StreamEnd.Refusal> failed) {
            this.first = first;
            this.isAhead = first == null;
            this.failed = failed;
        }
    }

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
        Opening opening = ahead;
        if (opening != null && opening.connected) {
            // While it is not connected yet, a connection of one's own may well be there earlier: what was sent to
            // nobody is repeated ever more slowly.
            opening.first = stream;
            ahead = null;
        } else if (open >= limits.connections()) {
            stream.finishLater(new StreamEnd.Refused(
                    StreamEnd.Refusal.TOO_MANY_CONNECTIONS, new IllegalStateException(open + " connections are open")));
        } else {
            connect(stream);
        }
    }

    void prewarm(Consumer<StreamEnd.Refusal> failed) {
        if (!closed && idle.isEmpty() && ahead == null && open < limits.connections()) {
            connect(new Opening(null, failed));
        }
    }

    private void connect(Http1Stream first) {
        connect(new Opening(first, _ -> {}));
    }

    private void connect(Opening opening) {
        open++;
        ahead = opening.isAhead ? opening : ahead;
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
                        address.tls().ifPresent(tls -> channel.pipeline().addLast(tlsHandler(channel, tls, opening)));
                        channel.pipeline().addLast(opening.connection);
                    }
                });
        ChannelFuture connecting = bootstrap.connect(address.address());
        Channel channel = connecting.channel();
        channels.add(channel);
        channel.closeFuture().addListener(ended -> {
            open--;
            channels.remove(channel);
        });
        connecting.addListener(connected -> {
            opening.connected = connected.isSuccess();
            if (!connected.isSuccess()) {
                failed(opening, TlsFailures.ofConnect(connected.cause()), connected.cause());
            } else if (address.tls().isEmpty()) {
                established(opening);
            }
        });
    }

    private SslHandler tlsHandler(Channel channel, UpstreamAddress.Tls tls, Opening opening) {
        SslHandler handler = tls.context()
                .newHandler(channel.alloc(), tls.serverName(), address.address().getPort());
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(deadlines.handshake().toMillis());
        handler.handshakeFuture().addListener(shaken -> {
            if (shaken.isSuccess()) {
                handshakes.increment();
                established(opening);
            } else {
                failed(opening, TlsFailures.ofHandshake(shaken.cause()), shaken.cause());
            }
        });
        return handler;
    }

    private void established(Opening opening) {
        Http1Connection connection = opening.connection;
        Http1Stream first = opening.first;
        over(opening);
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

    /** Whoever took over a connection opened ahead gets one of its own, unless it was the peer that was wrong: nothing of the request was sent. */
    private void failed(Opening opening, StreamEnd.Refusal refusal, Throwable cause) {
        Http1Stream first = opening.first;
        over(opening);
        opening.failed.accept(refusal);
        if (first == null || first.isEnded()) {
            return;
        }
        if (opening.isAhead && !closed && refusal != StreamEnd.Refusal.PEER_NOT_TRUSTED) {
            connect(first);
        } else {
            first.finish(new StreamEnd.Refused(refusal, cause));
        }
    }

    /** It is not on its way any more. */
    private void over(Opening opening) {
        if (opening.equals(ahead)) {
            ahead = null;
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

    @SuppressWarnings("FutureReturnValueIgnored") // closing has no outcome that could be acted upon
    void abort() {
        close();
        List.copyOf(channels).forEach(Channel::close);
    }

    void close() {
        closed = true;
        for (Http1Connection next = idle.poll(); next != null; next = idle.poll()) {
            next.close();
        }
    }
}
