// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.ThreadFactory;

/** How sockets are driven. */
public enum Transport {
    /** Linux's own. */
    EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class),
    /** The JDK's, everywhere. */
    NIO(NioServerSocketChannel.class, NioSocketChannel.class);

    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final int PROBES = 3;

    private final Class<? extends ServerSocketChannel> serverChannel;
    private final Class<? extends SocketChannel> channel;

    Transport(Class<? extends ServerSocketChannel> serverChannel, Class<? extends SocketChannel> channel) {
        this.serverChannel = serverChannel;
        this.channel = channel;
    }

    /** The best that works here. Says nothing by itself: print the answer's name where it helps. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /**
     * The one that drives this loop.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Transport of(EventLoop loop) {
        if (loop instanceof IoEventLoop io) {
            if (Epoll.isAvailable() && io.isIoType(EpollIoHandler.class)) {
                return EPOLL;
            }
            if (io.isIoType(NioIoHandler.class)) {
                return NIO;
            }
        }
        throw new IllegalArgumentException("event loop " + loop.getClass().getName() + " (expected: epoll or NIO)");
    }

    /** New event loops. The caller shuts them down. */
    public EventLoopGroup newLoops(int threads, ThreadFactory threadFactory) {
        IoHandlerFactory factory = this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(threads, threadFactory, factory);
    }

    public Class<? extends ServerSocketChannel> serverChannel() {
        return serverChannel;
    }

    public Class<? extends SocketChannel> channel() {
        return channel;
    }

    /**
     * Lets a connection whose peer has vanished end within about a minute while nothing is to be sent, and keeps what lies in between from forgetting it. Where the system has no such
     * options only TCP's own patience ends it. While something is to be sent, {@link Reception} judges.
     */
    static void noticeDeadPeer(Channel connection) {
        try {
            connection.config().setOption(ChannelOption.SO_KEEPALIVE, true);
            if (connection instanceof EpollSocketChannel) {
                connection.config().setOption(EpollChannelOption.TCP_KEEPIDLE, KEEP_ALIVE_SECONDS);
                connection.config().setOption(EpollChannelOption.TCP_KEEPINTVL, KEEP_ALIVE_SECONDS / PROBES);
                connection.config().setOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
            }
        } catch (ChannelException closed) {
            connection.pipeline().fireExceptionCaught(closed);
        }
    }
}
