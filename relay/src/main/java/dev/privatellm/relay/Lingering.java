// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;

/**
 * The last moments of a server connection (RFC 9112 section 9.6): our side is closed once everything is sent, however slowly the client takes it, then what the client still sends is read and dropped until it closes too,
 * within {@link #MAX_BYTES} and {@link #PATIENCE}; what the system still holds for the client then, it goes on to deliver. Closing at once, with bytes unread, would make the kernel send a reset, and the client might never see the answer.
 */
final class Lingering {
    /** Bytes of a client still sending that are dropped before the connection is cut. */
    static final long MAX_BYTES = 64L << 20;
    /** How long a client may take to close after our side was. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** How the connection ends for the client. */
    enum Farewell {
        /** All is said; TLS says so too. */
        FINISHED,
        /** Something is missing, and the missing end of the framing tells; no closing alert under TLS. */
        UNFINISHED,
        /** Something is missing, and only a reset can tell. */
        RESET
    }

    private final ChannelHandlerContext ctx;
    private final Deadline deadline;
    private long dropped;

    Lingering(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        this.deadline = new Deadline(ctx.executor(), () -> Outbound.leave(ctx));
    }

    /** Drops what the client sent. */
    void discard(Backlog backlog) {
        dropped += backlog.bytes();
        backlog.release();
        if (dropped > MAX_BYTES) {
            cut();
        }
    }

    /** Everything of ours is sent, or cannot be. */
    void sent(Farewell farewell) {
        if (!ctx.channel().isActive()) {
            return;
        }
        deadline.arm(PATIENCE);
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (farewell == Farewell.RESET) {
            cut();
        } else if (tls != null && farewell == Farewell.FINISHED) {
            tls.closeOutbound().addListener(closed -> shutDown());
        } else {
            shutDown();
        }
    }

    private void shutDown() {
        if (ctx.channel() instanceof DuplexChannel duplex && duplex.isActive()) {
            Outbound.shutDown(duplex);
        } else {
            Outbound.close(ctx);
        }
    }

    private void cut() {
        Outbound.cut(ctx);
    }

    void cancel() {
        deadline.cancel();
    }
}
