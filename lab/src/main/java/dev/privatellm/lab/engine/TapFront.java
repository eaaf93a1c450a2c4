// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a tap: passes each request on over a connection of its own, piece by piece, and breaks that connection the moment the client leaves.
 * Both connections share one event loop. A client that sends a second request before the first is answered is cut off; nobody in front of an engine does.
 */
final class TapFront extends ChannelInboundHandlerAdapter {

    /** Pieces of a request kept while the connection to the engine is being made. */
    private static final int MAX_EARLY_PIECES = 8_192;

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    private final URI engine;
    private final TruthLog truth;
    private final Clock clock;
    private final Queue<Object> early = new ArrayDeque<>();
    private @Nullable TapRecord record;
    private @Nullable Channel back;

    TapFront(URI engine, TruthLog truth, Clock clock) {
        this.engine = engine;
        this.truth = truth;
        this.clock = clock;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            if (record != null) {
                ReferenceCountUtil.release(message);
                var _ = context.close();
                return;
            }
            begin(context, request);
        }
        TapRecord current = record;
        if (current == null || early.size() == MAX_EARLY_PIECES) {
            ReferenceCountUtil.release(message);
            var _ = context.close();
            return;
        }
        if (message instanceof HttpContent content) {
            current.sent(content.content());
        }
        if (back == null) {
            early.add(message);
        } else {
            var _ = back.writeAndFlush(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        TapRecord mine = new TapRecord(truth, clock, query < 0 ? uri : uri.substring(0, query));
        record = mine;
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        request.headers().set(HttpHeaderNames.HOST, engine.getAuthority());
        request.headers().remove(HttpHeaderNames.CONNECTION);
        Channel front = context.channel();
        var _ = new Bootstrap()
                .group(front.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpClientCodec())
                                .addLast(new TapBack(front, mine, keepAlive, TapFront.this::ready));
                    }
                })
                .connect(engine.getHost(), engine.getPort())
                .addListener((ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                        mine.ended(false);
                        var _ = front.close();
                    } else if (!front.isActive()) {
                        var _ = connected.channel().close();
                    } else {
                        back = connected.channel();
                        for (Object piece = early.poll(); piece != null; piece = early.poll()) {
                            var _ = back.write(piece);
                        }
                        back.flush();
                    }
                });
    }

    /** The answer has been passed on to its end; the next request may come. */
    private void ready() {
        record = null;
        back = null;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (back != null) {
            back.config().setAutoRead(context.channel().isWritable());
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        for (Object piece = early.poll(); piece != null; piece = early.poll()) {
            ReferenceCountUtil.release(piece);
        }
        if (back != null) {
            var _ = back.close();
        }
        if (record != null) {
            record.ended(false);
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
