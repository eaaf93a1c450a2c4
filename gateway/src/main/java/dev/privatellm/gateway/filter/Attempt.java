// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.exchange.Admission;
import dev.privatellm.gateway.exchange.BodySink;
import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.Response;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.upstream.AttemptOutcome;
import dev.privatellm.gateway.upstream.RetryPolicy;
import dev.privatellm.relay.BodyFraming;
import dev.privatellm.relay.HeaderHygiene;
import dev.privatellm.relay.Headers;
import dev.privatellm.relay.RequestHead;
import dev.privatellm.relay.ResponseHead;
import dev.privatellm.relay.StreamEnd;
import dev.privatellm.relay.Upstream;
import dev.privatellm.relay.UpstreamListener;
import dev.privatellm.relay.UpstreamStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to have a machine answer. Slices pass at the pace of the slower side; a client that leaves ends the generation at once, and so does whatever
 * else ends the response before the machine's answer is over. An attempt that certainly was not processed gives its admission back, any other is never
 * repeated.
 */
final class Attempt implements UpstreamListener, BodySink {
    private static final String OURS = "x-pllm-";

    /** What a machine that is there says of an engine that will take requests again; where the engine is down, it does not say so. */
    private static final Set<String> BUSY = Set.of("full", "loading", "draining");

    private final Exchange exchange;
    private final Response response;
    private final Admission admission;
    private boolean bodyKept;
    private boolean headSeen;
    private boolean over;
    private @Nullable UpstreamStream stream;
    private Runnable forgetEnder = () -> {};

    Attempt(Exchange exchange, Response response) {
        this.exchange = exchange;
        this.response = response;
        this.admission = exchange.admission();
    }

    /** Sends a request whose body is in memory, so that it can be sent again. */
    void send(Upstream machine, RequestHead head, byte[] body) {
        bodyKept = true;
        BodyFraming framing = body.length == 0 ? new BodyFraming.None() : new BodyFraming.Length(body.length);
        UpstreamStream opened = open(machine, head, framing);
        if (body.length > 0) {
            opened.write(Unpooled.wrappedBuffer(body));
            opened.end();
        }
    }

    /** Sends a request whose body flows from the client as the machine takes it. */
    void stream(Upstream machine, RequestHead head) {
        BodyFraming framing = exchange.requestFraming();
        open(machine, head, framing);
        if (!over) {
            exchange.receive(this);
        }
    }

    private UpstreamStream open(Upstream machine, RequestHead head, BodyFraming framing) {
        UpstreamStream opened = machine.open(exchange.eventLoop(), head, framing, this);
        if (over) {
            // It ended while it was being opened; another attempt may have begun since.
            return opened;
        }
        stream = opened;
        forgetEnder = exchange.onOver(() -> {
            over = true;
            opened.cancel();
        });
        exchange.onWritable(() -> guarded(opened::resume));
        return opened;
    }

    @Override
    public void slice(ByteBuf slice) {
        UpstreamStream to = stream;
        if (over || to == null) {
            slice.release();
            return;
        }
        guarded(() -> {
            to.write(slice);
            if (!to.isWritable()) {
                exchange.pauseBody();
            }
        });
    }

    @Override
    public void end() {
        UpstreamStream to = stream;
        if (!over && to != null && !(exchange.requestFraming() instanceof BodyFraming.None)) {
            guarded(to::end);
        }
    }

    @Override
    public void writable() {
        if (!bodyKept && !over) {
            exchange.resumeBody();
        }
    }

    @Override
    public void head(ResponseHead head) {
        if (over) {
            return;
        }
        headSeen = true;
        guarded(() -> {
            switch (RetryPolicy.afterHead(head.status(), head.headers())) {
                case AGAIN -> again(isBusy(head));
                case DENIED -> fail(AttemptOutcome.DENIED);
                case UNTRUSTED -> fail(AttemptOutcome.UNTRUSTED);
                case AMBIGUOUS -> fail(AttemptOutcome.AMBIGUOUS);
                case PASS -> {
                    admission.answered();
                    response.head(head.status(), passed(head.headers()));
                }
            }
        });
    }

    @Override
    public void body(ByteBuf slice) {
        if (over) {
            slice.release();
            return;
        }
        guarded(() -> {
            response.body(slice);
            UpstreamStream from = stream;
            if (from != null && !response.isWritable()) {
                from.pause();
            }
        });
    }

    @Override
    public void end(StreamEnd end) {
        if (over) {
            return;
        }
        guarded(() -> {
            if (!headSeen) {
                switch (RetryPolicy.afterEnd(end)) {
                    case AGAIN -> again(false);
                    case DENIED -> fail(AttemptOutcome.DENIED);
                    case UNTRUSTED -> fail(AttemptOutcome.UNTRUSTED);
                    case AMBIGUOUS, PASS -> fail(AttemptOutcome.AMBIGUOUS);
                }
            } else if (end instanceof StreamEnd.Clean) {
                finish();
                response.end();
            } else {
                finish();
                response.abort();
            }
        });
    }

    private void again(boolean busy) {
        finish();
        if (!bodyKept) {
            response.fail(FailureMapper.notTaken(route()));
        } else if (busy) {
            admission.turnedAwayBusy();
        } else {
            admission.turnedAway();
        }
    }

    private static boolean isBusy(ResponseHead head) {
        return head.headers()
                .first(RetryPolicy.NOT_FORWARDED)
                .filter(BUSY::contains)
                .isPresent();
    }

    private void fail(AttemptOutcome outcome) {
        finish();
        response.fail(
                switch (outcome) {
                    case UNTRUSTED -> FailureMapper.untrusted(route());
                    case DENIED -> FailureMapper.denied(route());
                    case AMBIGUOUS, AGAIN, PASS -> FailureMapper.ambiguous();
                });
    }

    private void finish() {
        over = true;
        forgetEnder.run();
        exchange.onWritable(() -> {});
    }

    private void guarded(Runnable step) {
        exchange.guarded(response, step);
    }

    private RouteId route() {
        return admission.link().id();
    }

    private static Headers passed(Headers headers) {
        return HeaderHygiene.endToEnd(headers)
                .keeping(name -> !name.toLowerCase(Locale.ROOT).startsWith(OURS));
    }
}
