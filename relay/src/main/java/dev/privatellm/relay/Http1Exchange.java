// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The exchange that a {@link ServerConnection} is at: reads the request's body on demand, frames the response. */
final class Http1Exchange implements ServerExchange {
    /** Response bytes gathered in one turn beyond which the writer is told to wait. */
    static final int MAX_GATHERED_BYTES = 64 * 1024;

    private static final ResponseHead CONTINUE = ResponseHead.of(100, Headers.EMPTY);

    private final ServerConnection connection;
    private final ChannelHandlerContext ctx;
    private final RequestHead head;
    private final BodyFraming requestFraming;
    private final BodyDecoder decoder;
    private @Nullable RequestListener listener;
    private @Nullable BodyWriter writer;
    private boolean flowing;
    private boolean requestEndTold;
    private boolean continueExpected;
    private boolean keepAlive;
    private boolean waitingToWrite;
    private boolean done;

    Http1Exchange(ServerConnection connection, ChannelHandlerContext ctx, RequestHead head, BodyFraming framing) {
        this.connection = connection;
        this.ctx = ctx;
        this.head = head;
        this.requestFraming = framing;
        this.decoder = framing.decoder();
        this.keepAlive = head.minorVersion() > 0
                ? !head.headers().containsToken("Connection", "close")
                : head.headers().containsToken("Connection", "keep-alive");
        this.continueExpected = head.minorVersion() > 0
                && head.headers().containsToken("Expect", "100-continue")
                && !(framing instanceof BodyFraming.None);
    }

    void listen(RequestListener newListener) {
        listener = newListener;
    }

    // ---- request

    @Override
    public RequestHead head() {
        return head;
    }

    @Override
    public BodyFraming requestFraming() {
        return requestFraming;
    }

    @Override
    public EventLoop eventLoop() {
        return ctx.channel().eventLoop();
    }

    @Override
    public SocketAddress remoteAddress() {
        return ctx.channel().remoteAddress();
    }

    @Override
    public void resume() {
        if (done || flowing) {
            return;
        }
        flowing = true;
        if (continueExpected && writer == null) {
            inform(CONTINUE);
        }
        continueExpected = continueExpected && writer != null;
        connection.requestFlowChanged();
    }

    @Override
    public void pause() {
        if (!done && flowing) {
            flowing = false;
            connection.requestFlowChanged();
        }
    }

    boolean isFlowing() {
        return flowing;
    }

    /** Whether all of the request was read off the connection. */
    boolean isRequestRead() {
        return decoder.isEnded();
    }

    /** Hands out one part of the body, or its end. Returns whether there was anything to hand out. */
    boolean deliver(ByteBuf in) throws MalformedMessage {
        RequestListener receiver = listener;
        if (!flowing || receiver == null || requestEndTold) {
            return false;
        }
        int before = in.readableBytes();
        ByteBuf slice = decoder.next(in);
        if (slice != null) {
            continueExpected = false;
            receiver.body(slice);
        } else if (decoder.isEnded()) {
            requestEndTold = true;
            receiver.end(decoder.trailers());
        }
        return slice != null || requestEndTold || in.readableBytes() < before;
    }

    // ---- response

    @Override
    public boolean isResponding() {
        return writer != null;
    }

    @Override
    public void inform(ResponseHead informational) {
        if (!informational.isInformational() || informational.status() == 101) {
            throw new IllegalArgumentException("status " + informational.status() + " (expected: 1xx other than 101)");
        }
        if (done || head.minorVersion() == 0) {
            return;
        }
        if (writer != null) {
            throw new IllegalStateException("the response has begun");
        }
        Outbound.write(ctx, HeadWriter.response(ctx.alloc(), informational));
        connection.flushAtTurnEnd();
    }

    @Override
    public void respond(ResponseHead response) {
        if (response.isInformational()) {
            throw new IllegalArgumentException("status " + response.status() + " (expected: 200 or above)");
        }
        if (done) {
            return;
        }
        if (writer != null) {
            throw new IllegalStateException("the response has begun");
        }
        BodyFraming framing = responseFraming(response);
        if (framing instanceof BodyFraming.UntilClose
                || continueExpected
                || connection.isDraining()
                || response.headers().containsToken("Connection", "close")) {
            keepAlive = false;
        }
        writer = new BodyWriter(framing);
        Outbound.write(
                ctx, HeadWriter.response(ctx.alloc(), response.withHeaders(framed(response.headers(), framing))));
        connection.flushAtTurnEnd();
    }

    private BodyFraming responseFraming(ResponseHead response) {
        if (BodyFraming.isBodiless(head.method(), response.status())) {
            return new BodyFraming.None();
        }
        if (response.headers().contains("Content-Length")) {
            try {
                return BodyFraming.ofResponse(
                        head.method(), response.withHeaders(response.headers().without("Transfer-Encoding")));
            } catch (MalformedMessage e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
        return head.minorVersion() > 0 ? new BodyFraming.Chunked() : new BodyFraming.UntilClose();
    }

    private Headers framed(Headers headers, BodyFraming framing) {
        Headers framed = headers.without("Connection", "Transfer-Encoding");
        if (framing instanceof BodyFraming.Chunked) {
            framed = framed.adding("Transfer-Encoding", "chunked");
        }
        if (!keepAlive) {
            return framed.adding("Connection", "close");
        }
        return head.minorVersion() == 0 ? framed.adding("Connection", "keep-alive") : framed;
    }

    @Override
    public void write(ByteBuf body) {
        if (done) {
            body.release();
            return;
        }
        BodyWriter open = writer;
        if (open == null) {
            body.release();
            throw new IllegalStateException("the response has not begun");
        }
        open.add(body);
        connection.flushAtTurnEnd();
    }

    @Override
    public boolean isWritable() {
        BodyWriter open = writer;
        boolean writable =
                !done && ctx.channel().isWritable() && (open == null || open.gatheredBytes() < MAX_GATHERED_BYTES);
        waitingToWrite |= !writable;
        return writable;
    }

    /** Writes what this turn gathered. */
    void emit() {
        BodyWriter open = writer;
        if (open != null && !done) {
            open.emit(ctx);
        }
    }

    /** Tells the writer to go on, if it was told to wait. */
    void writabilityChanged() {
        RequestListener receiver = listener;
        if (waitingToWrite && !done && receiver != null && isWritable()) {
            waitingToWrite = false;
            receiver.writable();
        }
    }

    @Override
    public void end(Headers trailers) {
        BodyWriter open = writer;
        if (done) {
            return;
        }
        if (open == null || !open.isComplete()) {
            abort();
            return;
        }
        done = true;
        open.emitLast(ctx, trailers);
        connection.flushAtTurnEnd();
        connection.exchangeEnded(keepAlive && decoder.isEnded());
    }

    @Override
    public void abort() {
        if (done) {
            return;
        }
        done = true;
        BodyWriter open = writer;
        if (open != null) {
            open.emit(ctx);
        }
        connection.exchangeAborted(open != null && open.isEndedByClosing());
    }

    @Override
    public void closeAfter() {
        keepAlive = false;
    }

    /** The connection is gone. */
    void lost() {
        if (done) {
            return;
        }
        done = true;
        if (writer != null) {
            writer.release();
        }
        if (listener != null) {
            listener.left();
        }
    }
}
