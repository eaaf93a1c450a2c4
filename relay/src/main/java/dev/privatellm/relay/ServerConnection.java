// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of one HTTP/1.1 connection: one exchange at a time, in order. May stand in any pipeline that carries the connection's plain bytes, ahead of other HTTP handlers: an
 * exchange that the {@link ExchangeHandler} does not take passes through untouched, and the next head is looked at again.
 *
 * <p><b>Reading.</b> This handler alone decides when the connection is read. It reads while somebody wants bytes, and beyond that until {@link ServerLimits#readAheadBytes()} are kept,
 * because only a connection that is being read tells that its client has left. With more than that unread, leaving shows at the next write, or, with epoll, by a reset.
 *
 * <p><b>Leaving.</b> A client that closes its sending side has left, as with every proxy in common use. One that is still sending when its answer is complete is read and ignored for a
 * while before the connection ends ({@link Lingering}), since closing with unread bytes would destroy the answer on its way. One that vanished, or takes nothing for {@link
 * ServerLimits#writeStall()}, has left too ({@link Reception}).
 */
public final class ServerConnection extends ChannelDuplexHandler {
    private final ExchangeHandler handler;
    private final ServerLimits limits;
    private final Backlog backlog = new Backlog();
    private final HeadParser<RequestHead> parser;
    private @Nullable ByteBuf rawHead;
    private @Nullable ChannelHandlerContext context;
    private @Nullable TurnFlush flush;
    private @Nullable Deadline deadline;
    private @Nullable ReceptionWatch reception;
    private @Nullable Http1Exchange exchange;
    private @Nullable PassedExchange passed;
    private @Nullable Lingering lingering;
    private boolean driving;
    private boolean draining;
    private boolean nextReads;
    private boolean suspended;

    public ServerConnection(ExchangeHandler handler, ServerLimits limits) {
        this.handler = handler;
        this.limits = limits;
        this.parser = HeadParser.forRequests(limits.head());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        flush = new TurnFlush(ctx, this::emit);
        deadline = new Deadline(ctx.executor(), this::deadlinePassed);
        reception = new ReceptionWatch(ctx, limits.writeStall());
        Transport.noticeDeadPeer(ctx.channel());
        if (ctx.channel().isActive()) {
            rest();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        rest();
        ctx.fireChannelActive();
        read();
    }

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            backlog.add(bytes);
            drive();
        } else {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        read();
    }

    /** A later handler, or the channel itself when it reads automatically, asks for bytes. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        nextReads = true;
        if (wantsBytes()) {
            ctx.read();
        }
    }

    private boolean wantsBytes() {
        if (lingering != null) {
            return true;
        }
        if (exchange != null) {
            return (exchange.isFlowing() && !exchange.isRequestRead()) || backlog.bytes() < limits.readAheadBytes();
        }
        if (passed != null && !passed.isRequestEnded()) {
            return nextReads;
        }
        return passed == null || backlog.bytes() < limits.readAheadBytes();
    }

    /** Brings the channel's reading in line with what is wanted. */
    private void read() {
        ChannelHandlerContext ctx = ctx();
        if (!wantsBytes()) {
            suspended |= ctx.channel().config().isAutoRead();
            ctx.channel().config().setAutoRead(false);
        } else if (suspended) {
            suspended = false;
            ctx.channel().config().setAutoRead(true);
        } else if (!ctx.channel().config().isAutoRead()) {
            ctx.read();
        }
    }

    /** Works off the backlog as far as it goes now. */
    private void drive() {
        if (driving) {
            return;
        }
        driving = true;
        try {
            while (step()) {}
        } catch (MalformedMessage e) {
            refuse(e.status(), String.valueOf(e.getMessage()));
        } finally {
            driving = false;
        }
        read();
    }

    private boolean step() throws MalformedMessage {
        Http1Exchange ours = exchange;
        ByteBuf in = backlog.first();
        if (lingering != null) {
            lingering.discard(backlog);
            return false;
        }
        if (ours != null) {
            boolean progress = ours.deliver(in);
            deadlineOfBody(ours);
            return progress;
        }
        if (!in.isReadable()) {
            return false;
        }
        if (passed == null) {
            return head(in);
        }
        if (passed.isRequestEnded()) {
            return false;
        }
        int from = in.readerIndex();
        passed.skipRequest(in);
        pass(in.retainedSlice(from, in.readerIndex() - from));
        return true;
    }

    private boolean head(ByteBuf in) throws MalformedMessage {
        int from = in.readerIndex();
        boolean within = parser.isWithinHead();
        RequestHead head = parser.parse(in);
        ByteBuf part = in.slice(from, in.readerIndex() - from);
        if (head == null) {
            keep(part);
            if (within != parser.isWithinHead()) {
                deadline().arm(within ? limits.keepAliveIdle() : limits.headDeadline());
            }
            return true;
        }
        deadline().disarm();
        BodyFraming framing = BodyFraming.ofRequest(head);
        if (handler.takes(head)) {
            releaseHead();
            Http1Exchange begun = new Http1Exchange(this, ctx(), head, framing);
            exchange = begun;
            begun.listen(handler.begin(begun));
        } else {
            passed = new PassedExchange(head, framing);
            ByteBuf kept = rawHead;
            rawHead = null;
            if (kept == null) {
                pass(part.retain());
            } else {
                pass(kept.writeBytes(part));
            }
        }
        return true;
    }

    /** Copies, since a head may come in very many buffers, each far larger than what came in it. */
    private void keep(ByteBuf part) {
        ByteBuf kept = rawHead;
        if (kept == null) {
            kept = ctx().alloc().buffer(part.readableBytes());
            rawHead = kept;
        }
        kept.writeBytes(part);
    }

    private void pass(ByteBuf raw) {
        if (!ctx().channel().config().isAutoRead()) {
            nextReads = suspended;
        }
        ctx().fireChannelRead(raw);
    }

    void requestFlowChanged() {
        drive();
    }

    // ---- writing

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        PassedExchange theirs = passed;
        if (theirs != null) {
            theirs.watchResponse(message);
        }
        Outbound.pass(ctx, message, promise);
        if (theirs != null && theirs.isEnded()) {
            passed = null;
            rest();
            ctx.executor().execute(this::drive);
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        reception().sending();
        ctx.flush();
    }

    void flushAtTurnEnd() {
        Objects.requireNonNull(flush).atTurnEnd();
    }

    private void emit() {
        reception().sending();
        Http1Exchange ours = exchange;
        if (ours != null) {
            ours.emit();
            ours.writabilityChanged();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.writabilityChanged();
        }
        ctx.fireChannelWritabilityChanged();
    }

    // ---- between exchanges

    void exchangeEnded(boolean reusable) {
        exchange = null;
        if (reusable && !draining) {
            rest();
            drive();
        } else {
            linger(Lingering.Farewell.FINISHED);
        }
    }

    /** @param looksComplete whether a connection closed in order would make the response look complete */
    void exchangeAborted(boolean looksComplete) {
        exchange = null;
        linger(looksComplete ? Lingering.Farewell.RESET : Lingering.Farewell.UNFINISHED);
    }

    /** Ends the connection once the present exchange is answered; at once if there is none. On its event loop. */
    public void drain() {
        draining = true;
        if (exchange == null && passed == null && !parser.isWithinHead() && lingering == null) {
            linger(Lingering.Farewell.FINISHED);
        }
    }

    boolean isDraining() {
        return draining;
    }

    private void rest() {
        deadline().arm(limits.keepAliveIdle());
    }

    private void deadlineOfBody(Http1Exchange ours) {
        if (exchange == ours && ours.isFlowing() && !ours.isRequestRead()) {
            deadline().arm(limits.bodyIdle());
        } else if (exchange == ours) {
            deadline().disarm();
        }
    }

    private void deadlinePassed() {
        if (exchange == null && passed == null && lingering == null && parser.isWithinHead()) {
            refuse(408, "the head took too long");
        } else if (exchange == null && reception().isBehind()) {
            // Not resting yet: it still receives its last answer.
            rest();
        } else if (exchange != null || passed == null) {
            Outbound.close(ctx());
        }
    }

    /** Answers what cannot be understood, as far as that is still possible, and ends the connection. */
    private void refuse(int status, String offence) {
        Http1Exchange ours = exchange;
        exchange = null;
        boolean answerable = passed == null && (ours == null || !ours.isResponding());
        if (ours != null) {
            ours.lost();
        }
        if (answerable) {
            HeadWriter.plain(ctx().alloc(), status, offence).forEach(part -> Outbound.write(ctx(), part));
        }
        linger(answerable ? Lingering.Farewell.FINISHED : Lingering.Farewell.UNFINISHED);
    }

    /** Sends what was written and ends the connection. */
    private void linger(Lingering.Farewell farewell) {
        if (lingering != null) {
            return;
        }
        Lingering begun = new Lingering(ctx());
        lingering = begun;
        deadline().cancel();
        reception().sending();
        ctx().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> begun.sent(farewell));
        drive();
    }

    // ---- the end

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        close();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        close();
    }

    private void close() {
        deadline().cancel();
        reception().cancel();
        if (lingering != null) {
            lingering.cancel();
        }
        Http1Exchange ours = exchange;
        exchange = null;
        if (ours != null) {
            ours.lost();
        }
        releaseHead();
        backlog.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (passed != null) {
            ctx.fireExceptionCaught(cause);
        } else {
            Outbound.close(ctx);
        }
    }

    private void releaseHead() {
        ByteBuf kept = rawHead;
        rawHead = null;
        if (kept != null) {
            kept.release();
        }
    }

    private ChannelHandlerContext ctx() {
        return Objects.requireNonNull(context);
    }

    private ReceptionWatch reception() {
        return Objects.requireNonNull(reception);
    }

    private Deadline deadline() {
        return Objects.requireNonNull(deadline);
    }
}
