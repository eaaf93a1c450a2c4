// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of one HTTP/1.1 connection: at most one stream at a time, and its pool in between. Everything happens on its event loop.
 *
 * <p><b>Handing over.</b> Nothing of a request goes down the pipeline before the end of the turn in which it was started: TLS sends on its own what it finds waiting. From that moment on
 * the request may have been processed, whatever becomes of the connection; before it, nothing that the peer says can be an answer.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter {
    private final LoopPool pool;
    private final UpstreamDeadlines deadlines;
    private final Backlog backlog = new Backlog();
    private final HeadParser<ResponseHead> heads = HeadParser.forResponses(new HeadLimits(64 * 1024, 8 * 1024, 256));
    private @Nullable ChannelHandlerContext context;
    private @Nullable TurnFlush flush;
    private @Nullable Deadline deadline;
    private @Nullable ReceptionWatch reception;
    private @Nullable Http1Stream stream;
    private @Nullable RequestHead unsentHead;
    private @Nullable BodyWriter request;
    private @Nullable ResponseHead response;
    private @Nullable BodyDecoder body;
    private @Nullable Throwable failure;
    private @Nullable Headers requestEnd;
    private boolean requestSent;
    private boolean handedOver;
    private boolean everAnswered;
    private boolean inputEnded;
    private boolean closedInOrder;
    private boolean driving;

    Http1Connection(LoopPool pool, UpstreamDeadlines deadlines) {
        this.pool = pool;
        this.deadlines = deadlines;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        flush = new TurnFlush(ctx, this::emit);
        deadline = new Deadline(ctx.executor(), this::deadlinePassed);
        reception = new ReceptionWatch(ctx, deadlines.idle());
        Transport.noticeDeadPeer(ctx.channel());
    }

    // ---- request

    /** Whether a request may be sent on it. */
    boolean isUsable() {
        return stream == null && !inputEnded && ctx().channel().isActive();
    }

    /** Rests in the pool. */
    void idle() {
        deadline().arm(pool.limits().idle());
    }

    void start(Http1Stream next) {
        stream = next;
        response = null;
        body = null;
        requestEnd = null;
        requestSent = false;
        handedOver = false;
        BodyWriter writer = new BodyWriter(next.framing());
        request = writer;
        unsentHead = next.head().withHeaders(framed(next.head(), next.framing()));
        deadline().arm(deadlines.firstByte());
        next.attach(this);
        flushAtTurnEnd();
        if (next.isPaused()) {
            flowChanged();
        }
    }

    private static Headers framed(RequestHead head, BodyFraming framing) {
        Headers headers = head.headers().without("Connection", "Transfer-Encoding", "Content-Length");
        return switch (framing) {
            case BodyFraming.Length(long bytes) -> headers.adding("Content-Length", Long.toString(bytes));
            case BodyFraming.Chunked _ -> headers.adding("Transfer-Encoding", "chunked");
            case BodyFraming.None _ ->
                head.method().equals("POST") || head.method().equals("PUT")
                        ? headers.adding("Content-Length", "0")
                        : headers;
            case BodyFraming.UntilClose _ ->
                throw new IllegalArgumentException("a request cannot end with its connection");
        };
    }

    void write(ByteBuf part) {
        BodyWriter open = request;
        if (open == null || requestEnd != null) {
            part.release();
            return;
        }
        open.add(part);
        flushAtTurnEnd();
    }

    void endRequest(Headers trailers) {
        BodyWriter open = request;
        if (open == null || requestEnd != null) {
            return;
        }
        if (!open.isComplete()) {
            throw new IllegalStateException("body shorter than its Content-Length");
        }
        requestEnd = trailers;
        flushAtTurnEnd();
    }

    boolean isWritable() {
        return ctx().channel().isWritable()
                && (request == null || request.gatheredBytes() < Http1Exchange.MAX_GATHERED_BYTES);
    }

    private void flushAtTurnEnd() {
        Objects.requireNonNull(flush).atTurnEnd();
    }

    private void emit() {
        Http1Stream current = stream;
        BodyWriter open = request;
        if (current == null || open == null || requestSent || !ctx().channel().isActive()) {
            return;
        }
        boolean waited = !isWritable();
        Objects.requireNonNull(reception).sending();
        handedOver = true;
        RequestHead head = unsentHead;
        if (head != null) {
            unsentHead = null;
            Outbound.write(ctx(), HeadWriter.request(ctx().alloc(), head));
        }
        Headers trailers = requestEnd;
        if (trailers == null) {
            open.emit(ctx());
        } else {
            requestSent = true;
            open.emitLast(ctx(), trailers);
        }
        if (!current.isPaused()) {
            deadline().arm(response == null ? deadlines.firstByte() : deadlines.idle());
        }
        if (waited && trailers == null && isWritable()) {
            current.listener().writable();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Http1Stream current = stream;
        if (current != null && requestEnd == null && isWritable()) {
            current.listener().writable();
        }
    }

    // ---- response

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        Http1Stream current = stream;
        if (current == null) {
            bytes.release();
            Outbound.close(ctx);
            return;
        }
        if (!handedOver) {
            bytes.release();
            inputEnded = true;
            finish(current, endOfInput());
            return;
        }
        everAnswered = true;
        backlog.add(bytes);
        drive();
        if (stream == current && !current.isPaused() && response != null) {
            deadline().arm(deadlines.idle());
        }
    }

    /** The stream was paused or resumed. */
    void flowChanged() {
        Http1Stream current = stream;
        if (current == null) {
            return;
        }
        boolean paused = current.isPaused();
        ctx().channel().config().setAutoRead(!paused);
        if (paused) {
            deadline().disarm();
        } else {
            deadline().arm(response == null ? deadlines.firstByte() : deadlines.idle());
            ctx().executor().execute(this::drive);
        }
    }

    private void drive() {
        if (driving) {
            return;
        }
        driving = true;
        try {
            while (step()) {}
        } catch (MalformedMessage e) {
            failure = e;
            inputEnded = true;
            backlog.release();
            Outbound.close(ctx());
        } finally {
            driving = false;
        }
        Http1Stream current = stream;
        if (inputEnded && current != null && (!current.isPaused() || failure != null) && backlog.isEmpty()) {
            finish(current, endOfInput());
        }
    }

    /** Works off the first of the kept buffers. Returns whether that changed anything: a buffer may hold nothing but framing, and another one may stand behind it. */
    private boolean step() throws MalformedMessage {
        Http1Stream current = stream;
        ByteBuf in = backlog.first();
        if (current == null || current.isPaused()) {
            return false;
        }
        int before = in.readableBytes();
        BodyDecoder decoder = body;
        if (decoder != null) {
            ByteBuf slice = decoder.next(in);
            if (slice != null) {
                current.listener().body(slice);
            } else if (decoder.isEnded()) {
                complete(current, decoder);
                return false;
            }
            return slice != null || in.readableBytes() < before;
        }
        ResponseHead head = in.isReadable() ? heads.parse(in) : null;
        if (head == null) {
            return in.readableBytes() < before;
        }
        if (head.status() == 101) {
            throw new MalformedMessage(502, "another protocol that nobody asked for");
        }
        if (head.isInformational()) {
            deadline().arm(deadlines.firstByte());
            current.listener().informational(head);
            return true;
        }
        BodyFraming framing = BodyFraming.ofResponse(current.head().method(), head);
        response = head;
        body = framing.decoder();
        current.listener().head(head);
        return true;
    }

    private void complete(Http1Stream current, BodyDecoder decoder) {
        Headers trailers = decoder.trailers();
        if (!trailers.isEmpty()) {
            current.listener().trailers(trailers);
        }
        if (stream != current) {
            return;
        }
        boolean reusable =
                requestSent && backlog.isEmpty() && !inputEnded && keepsAlive(Objects.requireNonNull(response));
        detach();
        if (reusable) {
            pool.giveBack(this);
        } else {
            Outbound.close(ctx());
        }
        current.finish(new StreamEnd.Clean());
    }

    private static boolean keepsAlive(ResponseHead head) {
        return head.minorVersion() > 0
                ? !head.headers().containsToken("Connection", "close")
                : head.headers().containsToken("Connection", "keep-alive");
    }

    private void detach() {
        stream = null;
        unsentHead = null;
        BodyWriter open = request;
        request = null;
        if (open != null) {
            open.release();
        }
        deadline().disarm();
    }

    // ---- the end

    /** The stream's owner gave up. */
    void abandon() {
        detach();
        backlog.release();
        Outbound.close(ctx());
    }

    private void finish(Http1Stream current, StreamEnd end) {
        detach();
        backlog.release();
        Outbound.close(ctx());
        current.finish(end);
    }

    private StreamEnd endOfInput() {
        Throwable cause = failure;
        if (response != null) {
            boolean tlsCut = ctx().pipeline().get(SslHandler.class) != null && !closedInOrder;
            boolean clean = cause == null && !tlsCut && body != null && body.mayEndHere();
            return clean ? new StreamEnd.Clean() : new StreamEnd.Truncated(describe(cause));
        }
        if (!handedOver) {
            return new StreamEnd.Refused(
                    StreamEnd.Refusal.CONNECTION_GONE, cause == null ? new ClosedChannelException() : cause);
        }
        // TLS 1.3: the peer judges our certificate after we may have sent, and reads no request before it has.
        if (!everAnswered && cause instanceof SSLException && TlsFailures.isJudgement(cause)) {
            return new StreamEnd.Refused(StreamEnd.Refusal.HANDSHAKE_REFUSED, cause);
        }
        return new StreamEnd.Reset(describe(cause));
    }

    private static String describe(@Nullable Throwable cause) {
        return cause == null
                ? "connection closed"
                : cause instanceof MalformedMessage
                        ? "malformed response: " + cause.getMessage()
                        : "connection lost: " + cause.getMessage();
    }

    private void deadlinePassed() {
        Http1Stream current = stream;
        if (current == null) {
            Outbound.close(ctx());
        } else if (response == null) {
            finish(current, new StreamEnd.Reset("no answer within " + deadlines.firstByte()));
        } else {
            finish(current, new StreamEnd.Truncated("no byte within " + deadlines.idle()));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent close && close.isSuccess()) {
            closedInOrder = true;
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (failure == null) {
            failure = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        }
        Outbound.close(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        inputEnded = true;
        Objects.requireNonNull(reception).cancel();
        pool.gone(this);
        drive();
        if (stream == null) {
            deadline().cancel();
            backlog.release();
        }
    }

    void close() {
        Outbound.close(ctx());
    }

    private ChannelHandlerContext ctx() {
        return Objects.requireNonNull(context);
    }

    private Deadline deadline() {
        return Objects.requireNonNull(deadline);
    }
}
