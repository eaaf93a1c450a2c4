// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.activation.ActivationPolicy;
import dev.privatellm.gateway.activation.Gate;
import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.ForwardingResponse;
import dev.privatellm.gateway.exchange.Response;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.Timepiece;
import dev.privatellm.gateway.schema.ClientApi;
import dev.privatellm.gateway.schema.EngineError;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.KeepAlive;
import dev.privatellm.gateway.schema.Reason;
import dev.privatellm.gateway.schema.RequestFacts;
import dev.privatellm.gateway.schema.StreamPosition;
import dev.privatellm.relay.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The response of a request that may have to wait. It is quiet for a grace, so that the status can still be an honest one; then a 200 is committed and signs
 * of life follow until the engine's first byte. What comes from the engine after that is joined to them: its own 200 is dropped, an error status becomes an
 * error within the stream. A client API that knows no sign of life is kept waiting in silence, and told to come again after a while.
 */
final class HeldResponse extends ForwardingResponse {
    private static final Headers COMMITTED_FIELDS =
            Headers.of("Cache-Control", "no-cache, no-transform", "X-Accel-Buffering", "no");

    private final Exchange exchange;
    private final Gate gate;
    private final Limits limits;
    private final Optional<KeepAlive> keepAlive;
    private final ByteArrayOutputStream engineError = new ByteArrayOutputStream(0);
    private Phase phase = Phase.QUIET;
    private int engineStatus;
    private long alarms;
    private Timepiece.@Nullable Alarm alarm;

    private enum Phase {
        /** Nothing was sent. */
        QUIET,
        /** A 200 and signs of life were sent, nothing of the engine. */
        COMMITTED,
        /** The engine failed after we had committed; its error is being collected. */
        ENGINE_FAILED,
        /** The engine's bytes pass. */
        PASSING,
        OVER
    }

    HeldResponse(Response next, Exchange exchange, Gate gate, Limits limits) {
        super(next);
        this.exchange = exchange;
        this.gate = gate;
        this.limits = limits;
        this.keepAlive = exchange.facts().flatMap(facts -> api().flatMap(api -> api.keepAlive(facts)));
    }

    /** The request waits from now on, or again. What its client has waited already, in whatever way, is part of the silence. */
    void held() {
        if (phase == Phase.QUIET && alarm == null) {
            if (keepAlive.isPresent()) {
                after(limits.grace().minus(exchange.age()), this::commit);
            } else {
                after(limits.silence().minus(exchange.age()), this::silenceOver);
            }
        }
    }

    /** The request goes to its machine; signs of life go on if they have begun. */
    void admitted() {
        if (phase == Phase.QUIET) {
            cancelAlarm();
        }
    }

    /** The client is gone. */
    void left() {
        over();
    }

    @Override
    public void head(int status, Headers headers) {
        switch (phase) {
            case QUIET -> {
                phase = Phase.PASSING;
                cancelAlarm();
                super.head(status, headers);
            }
            case COMMITTED -> {
                if (status != 200) {
                    phase = Phase.ENGINE_FAILED;
                    engineStatus = status;
                    cancelAlarm();
                }
            }
            case ENGINE_FAILED, PASSING -> throw new IllegalStateException("a second head");
            case OVER -> {}
        }
    }

    @Override
    public void body(ByteBuf slice) {
        switch (phase) {
            case COMMITTED, PASSING -> {
                phase = Phase.PASSING;
                cancelAlarm();
                super.body(slice);
            }
            case ENGINE_FAILED -> collect(slice);
            case QUIET, OVER -> slice.release();
        }
    }

    @Override
    public void end() {
        switch (phase) {
            case ENGINE_FAILED -> tellWithin(EngineError.failure(engineStatus, engineError.toByteArray()));
            case QUIET, COMMITTED, PASSING -> {
                over();
                super.end();
            }
            case OVER -> {}
        }
    }

    @Override
    public void abort() {
        switch (phase) {
            case ENGINE_FAILED -> tellWithin(EngineError.failure(engineStatus, engineError.toByteArray()));
            case QUIET, COMMITTED, PASSING -> {
                over();
                super.abort();
            }
            case OVER -> {}
        }
    }

    @Override
    public void fail(Failure failure) {
        switch (phase) {
            case COMMITTED, ENGINE_FAILED -> tellWithin(failure);
            case QUIET, PASSING -> {
                over();
                super.fail(failure);
            }
            case OVER -> {}
        }
    }

    /** Tells a failure under the 200 that was committed: within a stream that then breaks off, or as the whole body that was promised. */
    private void tellWithin(Failure failure) {
        exchange.record().failed(failure.reason());
        RequestFacts facts = exchange.facts().orElseThrow(HeldResponse::notKeptAlive);
        ClientApi api = api().orElseThrow(HeldResponse::notKeptAlive);
        over();
        next().body(Unpooled.wrappedBuffer(api.errorFrame(failure, facts, StreamPosition.START, exchange.id())));
        if (facts.stream()) {
            next().abort();
        } else {
            next().end();
        }
    }

    private void commit() {
        if (phase == Phase.QUIET) {
            phase = Phase.COMMITTED;
            super.head(200, COMMITTED_FIELDS.adding("Content-Type", keepAlive().contentType()));
            beat();
        }
    }

    private void beat() {
        if (phase == Phase.COMMITTED) {
            if (isWritable()) {
                next().body(Unpooled.wrappedBuffer(
                        keepAlive().beat(exchange.time().now(), progress())));
            }
            after(limits.heartbeat(), this::beat);
        }
    }

    private void silenceOver() {
        if (phase == Phase.QUIET) {
            Duration wait = expectedWait().orElse(Duration.ZERO);
            String message = "the machine is booting: " + progress();
            fail(wait.isPositive() ? Failure.of(Reason.BOOTING, message, wait) : Failure.of(Reason.BOOTING, message));
        }
    }

    private Optional<Duration> expectedWait() {
        return ActivationPolicy.expectedWait(gate.link(), gate.linkAge());
    }

    /** For people: {@code Starting, stage loading 40 %, about 88 s left}. */
    private String progress() {
        Link link = gate.link();
        StringBuilder text = new StringBuilder(link.state());
        link.stage().ifPresent(stage -> text.append(", stage ").append(stage));
        link.percent().ifPresent(percent -> text.append(' ').append(percent).append(" %"));
        expectedWait()
                .filter(Duration::isPositive)
                .ifPresent(
                        wait -> text.append(", about ").append(wait.toSeconds()).append(" s left"));
        return text.toString();
    }

    private void collect(ByteBuf slice) {
        try {
            int room = EngineError.MAX_BODY - engineError.size();
            byte[] kept = new byte[Math.min(room, slice.readableBytes())];
            slice.readBytes(kept);
            engineError.writeBytes(kept);
        } finally {
            slice.release();
        }
    }

    private void over() {
        if (phase != Phase.OVER) {
            phase = Phase.OVER;
            cancelAlarm();
        }
    }

    private void after(Duration delay, Runnable step) {
        long number = ++alarms;
        Runnable ring = () -> exchange.eventLoop().execute(() -> ring(number, step));
        if (delay.isPositive()) {
            alarm = exchange.time().after(delay, ring);
        } else {
            alarm = () -> {};
            ring.run();
        }
    }

    /** An alarm that was cancelled may have been on its way already. */
    private void ring(long number, Runnable step) {
        if (number == alarms) {
            exchange.guarded(this, step);
        }
    }

    private void cancelAlarm() {
        alarms++;
        Timepiece.@Nullable Alarm present = alarm;
        alarm = null;
        if (present != null) {
            present.cancel();
        }
    }

    private Optional<ClientApi> api() {
        return exchange.call().endpoint().api();
    }

    private KeepAlive keepAlive() {
        return keepAlive.orElseThrow(HeldResponse::notKeptAlive);
    }

    private static IllegalStateException notKeptAlive() {
        return new IllegalStateException("nothing keeps this client alive");
    }
}
