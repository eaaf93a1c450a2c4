// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * One request, read whole, and its answer, written by one virtual thread. Exactly one of {@link #answer}, {@link #finish} or {@link #cut} ends it; its row
 * is in the log before the last byte leaves.
 */
final class Exchange {

    /** Longest body that is sent with its length: the size of the buffer that Go's server fills before it sends a head. */
    private static final int MAX_ANNOUNCED = 2_048;

    private final Connection connection;
    private final TruthLog truth;
    private final Clock clock;
    private final Instant startedAt;
    private final String method;
    private final String path;
    private final byte[] body;
    private final boolean keepAlive;

    private @Nullable String model;
    private @Nullable Long inputTokens;
    private @Nullable Long outputTokens;
    private @Nullable Instant firstByteAt;
    private int status;
    private boolean recorded;

    Exchange(
            Connection connection,
            TruthLog truth,
            Clock clock,
            String method,
            String path,
            byte[] body,
            boolean keepAlive) {
        this.connection = connection;
        this.truth = truth;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.method = method;
        this.path = path;
        this.body = body;
        this.keepAlive = keepAlive;
    }

    String method() {
        return method;
    }

    /** Without query. */
    String path() {
        return path;
    }

    byte[] body() {
        return body;
    }

    boolean keepsAlive() {
        return keepAlive;
    }

    void asksFor(String newModel) {
        model = newModel;
    }

    void evaluated(long tokens) {
        inputTokens = tokens;
    }

    /** Total so far. */
    void generated(long tokens) {
        outputTokens = tokens;
    }

    void pause(Duration duration) throws ClientGone {
        connection.pause(duration);
    }

    /** Answers with a whole body. As Go's server does, a short one is announced by its length and a longer one is sent in chunks. */
    void answer(int code, String contentType, byte[] content) throws ClientGone {
        if (content.length > MAX_ANNOUNCED) {
            begin(code, contentType);
            connection.send(new DefaultHttpContent(Unpooled.wrappedBuffer(content)));
            finish();
            return;
        }
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code), Unpooled.wrappedBuffer(content));
        head(response, contentType).set(HttpHeaderNames.CONTENT_LENGTH, content.length);
        status = code;
        firstByteAt = clock.instant();
        record(connection.isOpen());
        connection.send(response);
    }

    /** Begins a chunked answer; {@link #write} and {@link #finish} follow. */
    void begin(int code, String contentType) throws ClientGone {
        DefaultHttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code));
        head(response, contentType).set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        status = code;
        firstByteAt = clock.instant();
        connection.send(response);
    }

    boolean hasBegun() {
        return firstByteAt != null;
    }

    void write(String text) throws ClientGone {
        ByteBuf buffer = Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
        connection.send(new DefaultHttpContent(buffer));
    }

    void finish() throws ClientGone {
        record(connection.isOpen());
        connection.send(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    /** Ends the answer in its middle by a reset. */
    void cut() {
        record(false);
        connection.reset();
    }

    /** Writes the row if nothing has ended the exchange. */
    void abandoned() {
        record(false);
    }

    boolean isRecorded() {
        return recorded;
    }

    private void record(boolean complete) {
        if (recorded) {
            return;
        }
        recorded = true;
        truth.add(new EngineRow(
                path, model, inputTokens, outputTokens, status, startedAt, firstByteAt, clock.instant(), complete));
    }

    private HttpHeaders head(HttpResponse response, String contentType) {
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
        headers.set(
                HttpHeaderNames.DATE,
                DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.instant().atZone(ZoneOffset.UTC)));
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return headers;
    }

    static byte[] bytes(ByteBuf buffer) {
        return ByteBufUtil.getBytes(buffer);
    }
}
