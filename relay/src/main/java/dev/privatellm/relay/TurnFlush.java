// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.channel.ChannelHandlerContext;

/**
 * Flushes a channel once per turn of its event loop. Tasks of a loop run after all its ready sockets were read, so everything written in a turn, from however many reads, leaves in
 * one gathered write and, under TLS, in as few records as it fits. On its event loop only.
 */
final class TurnFlush implements Runnable {
    private final ChannelHandlerContext ctx;
    private final Runnable beforeFlush;
    private boolean scheduled;

    /** @param beforeFlush turns what was gathered in this turn into writes */
    TurnFlush(ChannelHandlerContext ctx, Runnable beforeFlush) {
        this.ctx = ctx;
        this.beforeFlush = beforeFlush;
    }

    void atTurnEnd() {
        if (!scheduled) {
            scheduled = true;
            ctx.executor().execute(this);
        }
    }

    @Override
    public void run() {
        scheduled = false;
        beforeFlush.run();
        ctx.flush();
    }
}
