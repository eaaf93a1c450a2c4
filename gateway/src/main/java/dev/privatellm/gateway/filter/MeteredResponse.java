// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.ForwardingResponse;
import dev.privatellm.gateway.exchange.Response;
import dev.privatellm.gateway.metering.ChunkCalibration;
import dev.privatellm.gateway.schema.ClientApi;
import dev.privatellm.gateway.schema.EndState;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.RequestFacts;
import dev.privatellm.gateway.schema.ResponseHead;
import dev.privatellm.gateway.schema.ResponseReport;
import dev.privatellm.gateway.schema.Sluice;
import dev.privatellm.gateway.schema.StreamEnd;
import dev.privatellm.gateway.schema.UsageReader;
import dev.privatellm.relay.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Watches the engine's bytes on their way to the client. They pass unchanged and undelayed, except for the usage chunk that we asked for and the client did
 * not. An answer that stops before its API's own end gets that API's error frame and an aborted connection, however cleanly its connection ended.
 */
final class MeteredResponse extends ForwardingResponse implements Sluice {
    private static final byte[] NOTHING = {};

    private final Exchange exchange;
    private final ClientApi api;
    private final RequestFacts facts;
    private final ChunkCalibration calibration;
    private final Deque<ByteBuf> fed = new ArrayDeque<>();
    private final long dispatchedNanos;
    private @Nullable UsageReader reader;
    private boolean extendable;
    private boolean answering;
    private boolean over;

    MeteredResponse(Response next, Exchange exchange, ClientApi api, RequestFacts facts, ChunkCalibration calibration) {
        super(next);
        this.exchange = exchange;
        this.api = api;
        this.facts = facts;
        this.calibration = calibration;
        this.dispatchedNanos = exchange.time().nanoTime();
    }

    @Override
    public void head(int status, Headers headers) {
        ResponseHead head = new ResponseHead(
                status,
                headers.first("Content-Type").orElse(""),
                headers.first("Content-Encoding").orElse(""));
        reader = api.reader(facts, head, calibration);
        exchange.onLeft(this::left);
        Headers kept = facts.forcedUsage().isPresent() ? headers.without("Content-Length") : headers;
        extendable = status == 200 && !kept.contains("Content-Length");
        super.head(status, kept);
    }

    @Override
    public void body(ByteBuf slice) {
        UsageReader watching = reader;
        if (over || watching == null || !slice.isReadable()) {
            slice.release();
            return;
        }
        if (!answering) {
            answering = true;
            exchange.record().timeToFirstByte(Duration.ofNanos(exchange.time().nanoTime() - dispatchedNanos));
        }
        fed.add(slice);
        watching.feed(slice.nioBuffer(), this);
    }

    @Override
    public void pass(int count) {
        take(count, true);
    }

    @Override
    public void drop(int count) {
        take(count, false);
    }

    private void take(int count, boolean pass) {
        int left = count;
        while (left > 0) {
            ByteBuf first = fed.element();
            int here = Math.min(left, first.readableBytes());
            left -= here;
            if (here == first.readableBytes()) {
                fed.remove();
                if (pass) {
                    super.body(first);
                } else {
                    first.release();
                }
            } else if (pass) {
                super.body(first.readRetainedSlice(here));
            } else {
                first.skipBytes(here);
            }
        }
    }

    @Override
    public void end() {
        if (finish(StreamEnd.CLEAN) == EndState.TRUNCATED) {
            return;
        }
        super.end();
    }

    @Override
    public void abort() {
        if (reader == null || over) {
            super.abort();
        } else if (finish(StreamEnd.CUT) != EndState.TRUNCATED) {
            // The answer was whole before its connection broke.
            super.end();
        }
    }

    @Override
    public void fail(Failure failure) {
        if (reader == null || over) {
            super.fail(failure);
        } else {
            finish(StreamEnd.CUT);
        }
    }

    private void left() {
        UsageReader watching = reader;
        if (!over && watching != null) {
            over = true;
            exchange.record()
                    .usage(watching.end(StreamEnd.CLIENT_LEFT, Discarding.INSTANCE)
                            .usage());
            fed.forEach(ByteBuf::release);
            fed.clear();
        }
    }

    /** Closes the count; a truncated answer is ended here in its API's own way. */
    private EndState finish(StreamEnd end) {
        UsageReader watching = reader;
        if (over || watching == null) {
            return EndState.COMPLETE;
        }
        over = true;
        ResponseReport report = watching.end(end, this);
        exchange.record().usage(report.usage());
        fed.forEach(ByteBuf::release);
        fed.clear();
        if (report.end() == EndState.TRUNCATED) {
            Failure failure = FailureMapper.interrupted();
            exchange.record().truncated();
            exchange.record().failed(failure.reason());
            byte[] frame = !extendable ? NOTHING : api.errorFrame(failure, facts, report.position(), exchange.id());
            if (frame.length > 0) {
                super.body(Unpooled.wrappedBuffer(frame));
            }
            super.abort();
        }
        return report.end();
    }

    /** For bytes that nobody will see. */
    private enum Discarding implements Sluice {
        INSTANCE;

        @Override
        public void pass(int count) {}

        @Override
        public void drop(int count) {}
    }
}
