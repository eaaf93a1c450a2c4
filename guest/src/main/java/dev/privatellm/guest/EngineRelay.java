// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.relay.HeaderHygiene;
import dev.privatellm.relay.Headers;
import dev.privatellm.relay.RequestHead;
import dev.privatellm.relay.RequestListener;
import dev.privatellm.relay.ResponseHead;
import dev.privatellm.relay.ServerExchange;
import dev.privatellm.relay.StreamEnd;
import dev.privatellm.relay.Upstream;
import dev.privatellm.relay.UpstreamListener;
import dev.privatellm.relay.UpstreamStream;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One exchange between a client and the engine: bytes go through as they come, each side at the pace of the other, and a client that leaves takes its generation with it. */
final class EngineRelay {
    /** Credentials and traces of whoever called the gateway; the engine has no use for them. */
    private static final Set<String> NEVER_FORWARDED = Set.of(
            "authorization",
            "x-api-key",
            "api-key",
            "cookie",
            "origin",
            "referer",
            "forwarded",
            "x-real-ip",
            "host",
            "expect");

    private static final Set<String> NEVER_FORWARDED_PREFIXES =
            Set.of("x-forwarded-", "x-client-cert", "x-ssl-", "ssl-client-", "x-pllm-");

    private final ServerExchange exchange;
    private final Runnable over;
    private @Nullable UpstreamStream stream;
    private Headers trailers = Headers.EMPTY;

    private EngineRelay(ServerExchange exchange, Runnable over) {
        this.exchange = exchange;
        this.over = over;
    }

    /** @param over run once, when nothing of this exchange occupies the engine any more */
    static RequestListener start(ServerExchange exchange, Upstream engine, Runnable over) {
        EngineRelay relay = new EngineRelay(exchange, over);
        RequestHead head = exchange.head();
        UpstreamStream opened = engine.open(
                exchange.eventLoop(),
                head.withHeaders(forEngine(head.headers())),
                exchange.requestFraming(),
                relay.new FromEngine());
        relay.stream = opened;
        if (opened.isWritable()) {
            exchange.resume();
        }
        return relay.new FromClient();
    }

    /** What the engine may see of a request's fields. */
    static Headers forEngine(Headers received) {
        return HeaderHygiene.endToEnd(received)
                .keeping(EngineRelay::isForwarded)
                .with("Host", "localhost");
    }

    private static boolean isForwarded(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !NEVER_FORWARDED.contains(lower)
                && NEVER_FORWARDED_PREFIXES.stream().noneMatch(lower::startsWith);
    }

    private final class FromClient implements RequestListener {
        @Override
        public void body(ByteBuf slice) {
            UpstreamStream to = stream;
            if (to == null) {
                slice.release();
                return;
            }
            to.write(slice);
            if (!to.isWritable()) {
                exchange.pause();
            }
        }

        @Override
        public void end(Headers trailers) {
            if (stream != null) {
                stream.end(trailers);
            }
        }

        @Override
        public void writable() {
            if (stream != null) {
                stream.resume();
            }
        }

        @Override
        public void left() {
            UpstreamStream abandoned = stream;
            stream = null;
            if (abandoned != null) {
                abandoned.cancel();
            }
            over.run();
        }
    }

    private final class FromEngine implements UpstreamListener {
        @Override
        public void head(ResponseHead head) {
            exchange.respond(
                    head.withHeaders(HeaderHygiene.endToEnd(head.headers()).without(Answers.NOT_FORWARDED, "Server")));
        }

        @Override
        public void body(ByteBuf slice) {
            exchange.write(slice);
            if (!exchange.isWritable() && stream != null) {
                stream.pause();
            }
        }

        @Override
        public void trailers(Headers received) {
            trailers = HeaderHygiene.endToEnd(received);
        }

        @Override
        public void writable() {
            exchange.resume();
        }

        @Override
        public void end(StreamEnd end) {
            stream = null;
            switch (end) {
                case StreamEnd.Clean _ -> exchange.end(trailers);
                case StreamEnd.Truncated _ -> exchange.abort();
                case StreamEnd.Refused _ -> Answers.notForwarded(exchange, Admission.NotForwarded.DOWN);
                case StreamEnd.Reset _ -> Answers.refuse(exchange, 502, "the engine broke off before it answered");
            }
            over.run();
        }
    }
}
