// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** A listening socket on loopback whose connections a test wires. */
final class RelayServer implements AutoCloseable {
    static final EventLoopGroup LOOPS = Transport.best()
            .newLoops(2, Thread.ofPlatform().daemon().name("relay-", 0).factory());

    private final Channel listening;

    private RelayServer(Channel listening) {
        this.listening = listening;
    }

    static RelayServer start(ExchangeHandler handler, ServerLimits limits) {
        return wired(channel -> channel.pipeline().addLast(new ServerConnection(handler, limits)));
    }

    static RelayServer start(ExchangeHandler handler) {
        return start(handler, ServerLimits.DEFAULT);
    }

    static RelayServer wired(Consumer<Channel> wiring) {
        return new RelayServer(new ServerBootstrap()
                .group(LOOPS)
                .channel(Transport.best().serverChannel())
                .childOption(ChannelOption.SO_SNDBUF, 64 * 1024)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        wiring.accept(channel);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel());
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
    }
}
