// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A listening socket with one event loop, and the connections it has accepted. What they speak is the caller's matter. */
final class HttpFront implements AutoCloseable {
    /** Longest wait for connections, and then for their thread, to end. */
    private static final long CLOSE_LIMIT_SECONDS = 5;

    private final MultiThreadIoEventLoopGroup loop;
    private final ChannelGroup channels;
    private final InetSocketAddress address;
    private final AtomicBoolean isDisconnected = new AtomicBoolean();

    private HttpFront(MultiThreadIoEventLoopGroup loop, ChannelGroup channels, InetSocketAddress address) {
        this.loop = loop;
        this.channels = channels;
        this.address = address;
    }

    /**
     * @param handlers makes the pipeline of one connection, in order
     * @throws IllegalStateException if the address cannot be bound
     */
    static HttpFront listen(String host, int port, Supplier<List<ChannelHandler>> handlers) {
        MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(
                1, Thread.ofPlatform().daemon().name("engine-", 0).factory(), NioIoHandler.newFactory());
        ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channels.add(channel);
                        channel.config().setTcpNoDelay(true);
                        channel.pipeline().addLast(handlers.get().toArray(ChannelHandler[]::new));
                    }
                })
                .bind(host, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IllegalStateException("cannot bind " + host + ":" + port, bound.cause());
        }
        Channel listener = bound.channel();
        channels.add(listener);
        return new HttpFront(loop, channels, (InetSocketAddress) listener.localAddress());
    }

    int port() {
        return address.getPort();
    }

    URI url() {
        return URI.create("http://" + address.getHostString() + ":" + port());
    }

    /** Closes the listener and every connection; returns when they are closed or the limit is over. Again does nothing. Those who wait on one have been told. */
    void disconnect() {
        if (!isDisconnected.compareAndSet(false, true)) {
            return;
        }
        channels.close().awaitUninterruptibly(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        disconnect();
        loop.shutdownGracefully(0, CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
