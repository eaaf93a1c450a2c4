// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

import dev.privatellm.gateway.port.Timepiece;
import dev.privatellm.gateway.schema.Call;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.Reason;
import dev.privatellm.gateway.schema.RequestFacts;
import dev.privatellm.relay.BodyFraming;
import dev.privatellm.relay.Headers;
import dev.privatellm.relay.RequestHead;
import dev.privatellm.relay.ServerExchange;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request, and what the filters have found out about it. Confined to its event loop. What a filter has not set yet is empty, and asking for what must be
 * set by then is a programming error.
 */
public final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final byte[] NO_BODY = {};

    private final ServerExchange http;
    private final String id;
    private final Call call;
    private final Timepiece time;
    private final Instant arrivedAt;
    private final long arrivedNanos;
    private final ExchangeRecord record = new ExchangeRecord();
    private final Deque<Runnable> leavers = new ArrayDeque<>();
    private final Deque<Runnable> enders = new ArrayDeque<>();
    private Caller caller = Caller.NOBODY;
    private byte[] body = NO_BODY;
    private @Nullable RequestFacts facts;
    private @Nullable Admission admission;
    private @Nullable BodySink bodySink;
    private Supplier<Headers> stateHeaders = () -> Headers.EMPTY;
    private Runnable whenWritable = () -> {};
    private Runnable bodyForgotten = () -> {};
    private Runnable lastResort = () -> {};

    Exchange(ServerExchange http, String id, Call call, Timepiece time) {
        this.http = http;
        this.id = id;
        this.call = call;
        this.time = time;
        this.arrivedAt = time.now();
        this.arrivedNanos = time.nanoTime();
    }

    /** The {@code X-Request-Id} of the answer. */
    public String id() {
        return id;
    }

    public RequestHead head() {
        return http.head();
    }

    /** How the request body is delimited. */
    public BodyFraming requestFraming() {
        return http.requestFraming();
    }

    public Call call() {
        return call;
    }

    public EventLoop eventLoop() {
        return http.eventLoop();
    }

    public SocketAddress remoteAddress() {
        return http.remoteAddress();
    }

    public Timepiece time() {
        return time;
    }

    public Instant arrivedAt() {
        return arrivedAt;
    }

    /** Time since arrival. */
    public Duration age() {
        return Duration.ofNanos(time.nanoTime() - arrivedNanos);
    }

    public ExchangeRecord record() {
        return record;
    }

    public Caller caller() {
        return caller;
    }

    public void caller(Caller proved) {
        caller = proved;
    }

    /** The whole request body, decompressed; empty until it was received, and again once it was forgotten. */
    public byte[] body() {
        return body;
    }

    /**
     * Keeps the body.
     *
     * @param whenForgotten called once when it is not kept any more
     */
    public void body(byte[] received, Runnable whenForgotten) {
        body = received;
        bodyForgotten = whenForgotten;
    }

    /** Lets go of the body: nobody will send it again. Forgetting twice is a success. */
    public void forgetBody() {
        body = NO_BODY;
        Runnable forgotten = bodyForgotten;
        bodyForgotten = () -> {};
        forgotten.run();
    }

    /** What the body asks for; empty for calls without one that is read. */
    public Optional<RequestFacts> facts() {
        return Optional.ofNullable(facts);
    }

    public void facts(RequestFacts read) {
        facts = read;
    }

    /** The present leave to ask a machine. */
    public Admission admission() {
        Admission present = admission;
        if (present == null) {
            throw new IllegalStateException("no admission yet");
        }
        return present;
    }

    public void admission(Admission granted) {
        admission = granted;
    }

    /** Fields that tell the machine's state, added to whatever head is sent. */
    public void stateHeaders(Supplier<Headers> headers) {
        stateHeaders = headers;
    }

    Headers stateHeaders() {
        return stateHeaders.get();
    }

    /** Lets the request body flow to a sink. */
    public void receive(BodySink sink) {
        bodySink = sink;
        http.resume();
    }

    /** Stops the request body after what was handed out. */
    public void pauseBody() {
        http.pause();
    }

    /** Lets it flow again. */
    public void resumeBody() {
        http.resume();
    }

    /** Calls {@code action} whenever the client keeps up again; replaces the action before. */
    public void onWritable(Runnable action) {
        whenWritable = action;
    }

    /**
     * Calls {@code action} if the client leaves before the response has ended; the latest registered first.
     *
     * @return takes the registration back
     */
    public Runnable onLeft(Runnable action) {
        leavers.push(action);
        return () -> leavers.remove(action);
    }

    /**
     * Calls {@code action} once when the response has ended in whatever way, or its client has left: the place to give back what the exchange has taken. The
     * latest registered first, and before those of {@link #onLeft}.
     *
     * @return takes the registration back
     */
    public Runnable onOver(Runnable action) {
        enders.push(action);
        return () -> enders.remove(action);
    }

    /** Ends the response when even telling a failure fails. */
    void lastResort(Runnable action) {
        lastResort = action;
    }

    /** Runs a step; a fault of ours ends this exchange and no other, and its details stay in the log. */
    public void guarded(Response response, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException fault) {
            LOG.error("Request {} to {} failed", id, call.path(), fault);
            try {
                response.fail(Failure.of(Reason.INTERNAL, "the gateway failed; its log tells more under " + id));
            } catch (RuntimeException again) {
                LOG.error("Request {} could not even be told so", id, again);
                lastResort.run();
            }
        }
    }

    void slice(ByteBuf slice) {
        BodySink sink = bodySink;
        if (sink == null) {
            slice.release();
        } else {
            sink.slice(slice);
        }
    }

    void bodyEnd() {
        if (bodySink != null) {
            bodySink.end();
        }
    }

    void writable() {
        whenWritable.run();
    }

    /** The response has ended. */
    void over() {
        runAll(enders);
        forgetBody();
    }

    void left() {
        runAll(enders);
        runAll(leavers);
        forgetBody();
    }

    /** Each for itself: what one of them leaves undone must not keep the others from giving back. */
    private void runAll(Deque<Runnable> actions) {
        while (!actions.isEmpty()) {
            try {
                actions.pop().run();
            } catch (RuntimeException fault) {
                LOG.error("Request {} left something behind", id, fault);
            }
        }
    }
}
