// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * An {@link Upstream} over pooled keep-alive HTTP/1.1 connections, plain or TLS. Each event loop has its own connections; nothing crosses loops. One instance belongs to one trust
 * context: make another one when certificates or pins change and close the old, whose running exchanges go on to their end.
 *
 * <p>The peer's TLS identity is checked by the caller's {@link io.netty.handler.ssl.SslContext}, and its name against the certificate here.
 */
public final class Http1Upstream implements Upstream, AutoCloseable {
    private final UpstreamAddress address;
    private final UpstreamDeadlines deadlines;
    private final PoolLimits limits;
    private final LongAdder handshakes = new LongAdder();
    private final Map<EventLoop, LoopPool> pools = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public Http1Upstream(UpstreamAddress address, UpstreamDeadlines deadlines, PoolLimits limits) {
        this.address = address;
        this.deadlines = deadlines;
        this.limits = limits;
    }

    @Override
    public UpstreamStream open(EventLoop loop, RequestHead head, BodyFraming body, UpstreamListener listener) {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("called from outside the stream's event loop");
        }
        if (body instanceof BodyFraming.UntilClose) {
            throw new IllegalArgumentException("a request cannot end with its connection");
        }
        Http1Stream stream = new Http1Stream(loop, head, body, listener);
        pool(loop).open(stream);
        return stream;
    }

    /**
     * Opens a connection ahead of need, for the next request of this loop, unless one is idle or on its way already. A request that comes while it agrees on TLS takes it over. From any
     * thread.
     *
     * @param failed told on the loop why there is none; nothing tries again unless somebody asks for it
     */
    public void prewarm(EventLoop loop, Consumer<StreamEnd.Refusal> failed) {
        loop.execute(() -> pool(loop).prewarm(failed));
    }

    private LoopPool pool(EventLoop loop) {
        LoopPool pool = pools.computeIfAbsent(loop, key -> new LoopPool(key, address, deadlines, limits, handshakes));
        if (closed) {
            pool.close();
        }
        return pool;
    }

    /** TLS handshakes completed so far. */
    public long handshakes() {
        return handshakes.sum();
    }

    /** Cuts every connection now, whatever runs on it; new requests are refused. From any thread. */
    public void abort() {
        closed = true;
        pools.forEach((loop, pool) -> loop.execute(pool::abort));
    }

    /** Closes idle connections now and busy ones after their exchange; new requests are refused. From any thread. */
    @Override
    public void close() {
        closed = true;
        pools.forEach((loop, pool) -> loop.execute(pool::close));
    }
}
