// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.relay.BodyFraming;
import dev.privatellm.relay.Headers;
import dev.privatellm.relay.Http1Upstream;
import dev.privatellm.relay.PoolLimits;
import dev.privatellm.relay.RequestHead;
import dev.privatellm.relay.UpstreamAddress;
import dev.privatellm.relay.UpstreamDeadlines;
import dev.privatellm.relay.UpstreamStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Short calls of our own to one server, over the same relay that carries the streams. Blocks, so never on an event loop. Repeats nothing.
 */
final class HttpCaller implements AutoCloseable {
    private static final PoolLimits CONNECTIONS = new PoolLimits(16, 2, PoolLimits.DEFAULT.idle());

    private final String authority;
    private final EventLoop loop;
    private final Http1Upstream upstream;

    /** @throws IOException if TLS is asked for and cannot be had */
    HttpCaller(URI server, EventLoop loop, UpstreamDeadlines deadlines) throws IOException {
        this.authority = server.getRawAuthority();
        this.loop = loop;
        UpstreamAddress address = server.getScheme().equals("https")
                ? UpstreamAddress.tls(GuestEnvironment.socket(server), publicTrust(), server.getHost())
                : UpstreamAddress.plain(GuestEnvironment.socket(server));
        this.upstream = new Http1Upstream(address, deadlines, CONNECTIONS);
    }

    private static SslContext publicTrust() throws IOException {
        return SslContextBuilder.forClient().protocols("TLSv1.3", "TLSv1.2").build();
    }

    HttpAnswer get(String target, Headers headers) throws IOException, InterruptedException {
        return call(RequestHead.of("GET", target, headers), new byte[0], Optional.empty(), new Abandonment());
    }

    HttpAnswer put(String target, Headers headers, byte[] body) throws IOException, InterruptedException {
        return call(RequestHead.of("PUT", target, headers), body, Optional.empty(), new Abandonment());
    }

    HttpAnswer post(String target, byte[] json) throws IOException, InterruptedException {
        return send("POST", target, json, Optional.empty(), new Abandonment());
    }

    HttpAnswer delete(String target, byte[] json) throws IOException, InterruptedException {
        return send("DELETE", target, json, Optional.empty(), new Abandonment());
    }

    /**
     * Posts JSON and hands over the answer's lines as they come, if it is a success.
     *
     * @param lines called on an event loop; must not block
     * @param abandonment ends the call, and closes its connection, when the answer is not wanted any more
     */
    HttpAnswer post(String target, byte[] json, Consumer<String> lines, Abandonment abandonment)
            throws IOException, InterruptedException {
        return send("POST", target, json, Optional.of(lines), abandonment);
    }

    private HttpAnswer send(
            String method, String target, byte[] json, Optional<Consumer<String>> lines, Abandonment abandonment)
            throws IOException, InterruptedException {
        return call(
                RequestHead.of(method, target, Headers.of("Content-Type", "application/json")),
                json,
                lines,
                abandonment);
    }

    private HttpAnswer call(RequestHead head, byte[] body, Optional<Consumer<String>> lines, Abandonment abandonment)
            throws IOException, InterruptedException {
        RequestHead complete =
                head.withHeaders(head.headers().with("Host", authority).with("Accept-Encoding", "identity"));
        AnswerListener listener = new AnswerListener(lines);
        onLoop(() -> {
            BodyFraming framing = body.length == 0 ? new BodyFraming.None() : new BodyFraming.Length(body.length);
            UpstreamStream stream = upstream.open(loop, complete, framing, listener);
            listener.over(stream);
            if (body.length > 0) {
                stream.write(Unpooled.wrappedBuffer(body));
                stream.end();
            }
        });
        abandonment.onAbandon(() -> {
            try {
                loop.execute(listener::abandon);
            } catch (RejectedExecutionException e) {
                // this program is ending, and all its calls with it
            }
        });
        try {
            return listener.answer().get();
        } catch (ExecutionException e) {
            throw new IOException(head.method() + " " + head.path() + " at " + authority + ": " + reason(e), e);
        } catch (InterruptedException e) {
            onLoop(listener::cancel);
            throw e;
        }
    }

    /** @throws IOException if this program is ending, and its loops have */
    private void onLoop(Runnable task) throws IOException {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            throw new IOException("no calls any more", e);
        }
    }

    private static String reason(ExecutionException e) {
        Throwable cause = e.getCause();
        return String.valueOf((cause == null ? e : cause).getMessage());
    }

    @Override
    public void close() {
        upstream.close();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
