// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One request over HTTP/1.1: waits for its connection, then is that connection's only stream. */
final class Http1Stream implements UpstreamStream {
    private final EventLoop loop;
    private final RequestHead head;
    private final BodyFraming framing;
    private final UpstreamListener listener;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private @Nullable Headers waitingEnd;
    private @Nullable Http1Connection connection;
    private boolean paused;
    private boolean ended;

    Http1Stream(EventLoop loop, RequestHead head, BodyFraming framing, UpstreamListener listener) {
        this.loop = loop;
        this.head = head;
        this.framing = framing;
        this.listener = listener;
        if (framing instanceof BodyFraming.None) {
            waitingEnd = Headers.EMPTY;
        }
    }

    RequestHead head() {
        return head;
    }

    BodyFraming framing() {
        return framing;
    }

    UpstreamListener listener() {
        return listener;
    }

    boolean isPaused() {
        return paused;
    }

    boolean isEnded() {
        return ended;
    }

    /** Its connection stands: what waited is handed over. */
    void attach(Http1Connection newConnection) {
        connection = newConnection;
        for (ByteBuf part = waiting.poll(); part != null; part = waiting.poll()) {
            newConnection.write(part);
        }
        Headers trailers = waitingEnd;
        if (trailers != null) {
            newConnection.endRequest(trailers);
        }
    }

    /** Tells the listener of the end, unless it gave up before. */
    void finish(StreamEnd end) {
        if (!ended) {
            ended = true;
            connection = null;
            dropWaiting();
            listener.end(end);
        }
    }

    /** {@link #finish} in a later turn, for those whose caller does not hold the stream yet. */
    void finishLater(StreamEnd end) {
        loop.execute(() -> finish(end));
    }

    @Override
    public void write(ByteBuf body) {
        Http1Connection on = connection;
        if (ended) {
            body.release();
        } else if (on == null) {
            waiting.add(body);
        } else {
            on.write(body);
        }
    }

    @Override
    public void end(Headers trailers) {
        Http1Connection on = connection;
        if (ended) {
            return;
        }
        if (on == null) {
            waitingEnd = trailers;
        } else {
            on.endRequest(trailers);
        }
    }

    @Override
    public boolean isWritable() {
        return !ended && connection != null && connection.isWritable();
    }

    @Override
    public void pause() {
        paused = true;
        if (connection != null) {
            connection.flowChanged();
        }
    }

    @Override
    public void resume() {
        paused = false;
        if (connection != null) {
            connection.flowChanged();
        }
    }

    @Override
    public void cancel() {
        Http1Connection on = connection;
        if (ended) {
            return;
        }
        ended = true;
        connection = null;
        dropWaiting();
        if (on != null) {
            on.abandon();
        }
    }

    private void dropWaiting() {
        waiting.forEach(ByteBuf::release);
        waiting.clear();
    }
}
