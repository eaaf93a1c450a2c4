// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Writes down what an {@link UpstreamStream} tells. */
class Recorder implements UpstreamListener {
    private static final int DEADLINE_SECONDS = 10;

    final CompletableFuture<ResponseHead> head = new CompletableFuture<>();
    final CompletableFuture<StreamEnd> end = new CompletableFuture<>();
    final List<ResponseHead> informational = new CopyOnWriteArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private volatile Headers trailers = Headers.EMPTY;

    @Override
    public void informational(ResponseHead announced) {
        informational.add(announced);
    }

    @Override
    public void head(ResponseHead received) {
        head.complete(received);
    }

    @Override
    public void body(ByteBuf slice) {
        synchronized (body) {
            body.append(slice.toString(StandardCharsets.ISO_8859_1));
        }
        slice.release();
    }

    @Override
    public void trailers(Headers received) {
        trailers = received;
    }

    @Override
    public void end(StreamEnd ended) {
        if (!end.complete(ended)) {
            throw new AssertionError("a second end: " + ended);
        }
    }

    String body() {
        synchronized (body) {
            return body.toString();
        }
    }

    Headers trailers() {
        return trailers;
    }

    StreamEnd awaitEnd() throws Exception {
        return end.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    ResponseHead awaitHead() throws Exception {
        return head.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
}
