// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import java.time.Duration;
import java.util.Optional;

/** Looks from time to time whether a channel's peer receives what it is sent, as long as anything is under way, and cuts the channel once it is given up. On its event loop only. */
final class ReceptionWatch {
    private static final int LOOKS = 4;

    private final ChannelHandlerContext ctx;
    private final Reception reception;
    private final Duration period;
    private final Deadline next;
    private boolean looking;

    /** @param stall how long bytes may wait without one of them leaving */
    ReceptionWatch(ChannelHandlerContext ctx, Duration stall) {
        Duration shorter = stall.compareTo(Reception.UNACKNOWLEDGED) < 0 ? stall : Reception.UNACKNOWLEDGED;
        this.ctx = ctx;
        this.reception = new Reception(stall, Reception.UNACKNOWLEDGED);
        this.period = shorter.dividedBy(LOOKS);
        this.next = new Deadline(ctx.executor(), this::look);
    }

    /** Something is about to be sent. */
    void sending() {
        if (!looking) {
            looking = true;
            reception.begin(now());
            next.arm(period);
        }
    }

    /** Whether bytes wait that the socket did not take. */
    boolean isBehind() {
        return waiting(ctx.channel()) > 0;
    }

    private void look() {
        Reception.Look look = look(ctx.channel());
        if (reception.isLost(look, now())) {
            Outbound.cut(ctx);
        } else if (look.isAllReceived()) {
            looking = false;
        } else {
            next.arm(period);
        }
    }

    void cancel() {
        next.cancel();
    }

    private long now() {
        return ctx.executor().ticker().nanoTime();
    }

    private static Reception.Look look(Channel channel) {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        // The message being sent, and how much of it is: what is added behind it is no progress.
        long position = out == null ? 0 : 31L * System.identityHashCode(out.current()) + out.currentProgress();
        return new Reception.Look(waiting(channel) > 0, position, tcp(channel));
    }

    private static long waiting(Channel channel) {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
    }

    private static Optional<Reception.Tcp> tcp(Channel channel) {
        if (!(channel instanceof EpollSocketChannel socket) || !socket.isActive()) {
            return Optional.empty();
        }
        EpollTcpInfo info = socket.tcpInfo();
        return Optional.of(new Reception.Tcp(
                info.unacked() > 0, Duration.ofMillis(info.lastAckRecv()), Duration.ofMillis(info.lastDataSent())));
    }
}
