// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;

/** The engine's side of a tap: passes each piece of the answer on as it comes and reads along. An answer that breaks off breaks the client's connection. */
final class TapBack extends ChannelInboundHandlerAdapter {

    private final Channel front;
    private final TapRecord record;
    private final boolean keepAlive;
    private final Runnable whenAnswered;
    private boolean answered;

    TapBack(Channel front, TapRecord record, boolean keepAlive, Runnable whenAnswered) {
        this.front = front;
        this.record = record;
        this.keepAlive = keepAlive;
        this.whenAnswered = whenAnswered;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse response) {
            record.answered(response.status().code());
            HttpUtil.setKeepAlive(response, keepAlive);
        }
        if (message instanceof HttpContent content) {
            record.received(content.content());
        }
        if (!(message instanceof LastHttpContent)) {
            var _ = front.writeAndFlush(message);
            return;
        }
        answered = true;
        record.ended(front.isActive());
        whenAnswered.run();
        var _ = context.close();
        var last = front.writeAndFlush(message);
        if (!keepAlive) {
            var _ = last.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!answered) {
            record.ended(false);
            front.config().setOption(ChannelOption.SO_LINGER, 0);
            var _ = front.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
