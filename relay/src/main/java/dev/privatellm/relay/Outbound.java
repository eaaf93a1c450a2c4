// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;

/**
 * What is sent down a pipeline without waiting for its outcome: a write that fails ends its channel, and that the handlers are told.
 */
@SuppressWarnings("FutureReturnValueIgnored") // see above
final class Outbound {
    private Outbound() {}

    /** Takes over the message. */
    static void write(ChannelHandlerContext ctx, Object message) {
        ctx.write(message, ctx.voidPromise());
    }

    /** Passes on a message of another handler, whose promise tells it of the outcome. */
    static void pass(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(message, promise);
    }

    /** Ends the channel in order, TLS with its closing alert. */
    static void close(ChannelHandlerContext ctx) {
        ctx.close();
    }

    /** Ends our sending side beneath every other handler. */
    static void shutDown(DuplexChannel channel) {
        channel.shutdownOutput();
    }

    /** Ends the channel beneath every other handler; the system goes on to deliver what it holds. */
    static void leave(ChannelHandlerContext ctx) {
        ctx.pipeline().firstContext().close();
    }

    /** Ends the channel beneath every other handler, by a reset, and drops what was not delivered. */
    static void cut(ChannelHandlerContext ctx) {
        ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        ctx.pipeline().firstContext().close();
    }
}
