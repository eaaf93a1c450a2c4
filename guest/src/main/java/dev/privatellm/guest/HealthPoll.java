// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.relay.Headers;
import dev.privatellm.relay.RequestListener;
import dev.privatellm.relay.ServerExchange;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One call for this machine's health: answered at once, or, if the caller knows the present state already, when it changes or the wait is over. */
final class HealthPoll implements RequestListener {
    /** Longest wait of one call. */
    static final long MAX_WAIT_SECONDS = 25;

    private final ServerExchange exchange;
    private final HealthReport report;
    private final GuestStatus status;
    private final long after;
    private final Runnable changed;
    private @Nullable Future<?> timeout;
    private boolean over;

    private HealthPoll(ServerExchange exchange, HealthReport report, GuestStatus status, long after) {
        this.exchange = exchange;
        this.report = report;
        this.status = status;
        this.after = after;
        this.changed = () -> exchange.eventLoop().execute(this::look);
    }

    static RequestListener start(ServerExchange exchange, HealthReport report, GuestStatus status) {
        String target = exchange.head().target();
        long after = Query.number(target, "after", -1, Long.MAX_VALUE);
        long wait = Query.number(target, "waitSeconds", 0, MAX_WAIT_SECONDS);
        HealthPoll poll = new HealthPoll(exchange, report, status, after);
        if (wait > 0) {
            status.watch(poll.changed);
            poll.timeout = exchange.eventLoop().schedule(poll::answer, wait, TimeUnit.SECONDS);
            poll.look();
        } else {
            poll.answer();
        }
        return poll;
    }

    /** A number that this boot has not reached belongs to another one, and is news too. */
    private void look() {
        if (status.current().seq() != after) {
            answer();
        }
    }

    private void answer() {
        if (finish()) {
            Answers.json(exchange, 200, report.document());
        }
    }

    private boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        status.unwatch(changed);
        if (timeout != null) {
            timeout.cancel(false);
        }
        return true;
    }

    @Override
    public void body(ByteBuf slice) {
        slice.release();
    }

    @Override
    public void end(Headers trailers) {}

    @Override
    public void writable() {}

    @Override
    public void left() {
        finish();
    }
}
