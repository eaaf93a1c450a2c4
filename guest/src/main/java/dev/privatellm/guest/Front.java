// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.guest.FrontHandler.FrontParts;
import dev.privatellm.relay.ServerConnection;
import dev.privatellm.relay.ServerLimits;
import dev.privatellm.relay.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The listening side: one TLS port. Which identity a connection sees is decided when it is accepted. */
final class Front implements AutoCloseable {
    /** Connections at the same time, half as many again as streams; beyond it new ones are closed at once. */
    static final int MAX_CONNECTIONS = OpenStreams.MAX_OPEN * 3 / 2;

    private static final Duration HANDSHAKE = Duration.ofSeconds(10);
    private static final int BACKLOG = 512;
    private static final int UNSENT_LOW_BYTES = 64 * 1024;
    private static final int UNSENT_HIGH_BYTES = 256 * 1024;

    private final EventLoopGroup loops;
    private final Transport transport;
    private final Supplier<FrontIdentity> identity;
    private final FrontParts parts;
    private final Journal journal;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    Front(
            EventLoopGroup loops,
            Transport transport,
            Supplier<FrontIdentity> identity,
            FrontParts parts,
            Journal journal) {
        this.loops = loops;
        this.transport = transport;
        this.identity = identity;
        this.parts = parts;
        this.journal = journal;
    }

    /**
     * Begins to listen, until {@link #close}.
     *
     * @return where
     * @throws IOException if the address cannot be had
     */
    InetSocketAddress listen(InetSocketAddress address) throws IOException, InterruptedException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(UNSENT_LOW_BYTES, UNSENT_HIGH_BYTES))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                });
        ChannelFuture bound = bootstrap.bind(address).await();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
        }
        connections.add(bound.channel());
        return (InetSocketAddress) bound.channel().localAddress();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // closing has no outcome that could be acted upon
    private void accept(Channel channel) {
        if (connections.size() > MAX_CONNECTIONS) {
            channel.close();
            return;
        }
        connections.add(channel);
        SslHandler tls = identity.get().tls().newHandler(channel.alloc());
        tls.setHandshakeTimeoutMillis(HANDSHAKE.toMillis());
        tls.handshakeFuture().addListener(shaken -> {
            parts.metrics().handshake(shaken.isSuccess());
            if (!shaken.isSuccess()) {
                journal.say("handshake refused: " + reason(shaken.cause()));
            }
        });
        channel.pipeline()
                .addLast(tls, new ServerConnection(new FrontHandler(() -> role(tls), parts), ServerLimits.DEFAULT));
    }

    /** The innermost cause tells what was wrong with the certificate. */
    private static String reason(Throwable cause) {
        Throwable innermost = cause;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost.getClass().getSimpleName() + ": " + innermost.getMessage();
    }

    private static Optional<Role> role(SslHandler tls) {
        try {
            Certificate[] chain = tls.engine().getSession().getPeerCertificates();
            return chain[0] instanceof X509Certificate leaf ? Role.of(leaf) : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** Cuts every connection there is; goes on listening. */
    @SuppressWarnings("FutureReturnValueIgnored") // closing has no outcome that could be acted upon
    void cut() {
        connections.close(channel -> channel.pipeline().get(SslHandler.class) != null);
    }

    /** Stops listening and ends every connection, each once its exchange is answered. */
    @SuppressWarnings("FutureReturnValueIgnored") // closing has no outcome that could be acted upon
    void drain() {
        for (Channel channel : connections) {
            ServerConnection connection = channel.pipeline().get(ServerConnection.class);
            if (connection == null) {
                channel.close();
            } else {
                channel.eventLoop().execute(connection::drain);
            }
        }
    }

    @Override
    public void close() {
        connections.close().awaitUninterruptibly();
    }
}
