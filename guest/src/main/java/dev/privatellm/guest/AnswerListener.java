// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.relay.ResponseHead;
import dev.privatellm.relay.StreamEnd;
import dev.privatellm.relay.UpstreamListener;
import dev.privatellm.relay.UpstreamStream;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gathers an answer, or hands over its lines. Only whole answers count. */
final class AnswerListener implements UpstreamListener {
    /** What is kept of an answer, or of one line of it. A list of all models of an engine is far smaller. */
    static final int MAX_KEPT_BYTES = 4 * 1024 * 1024;

    private final Optional<Consumer<String>> lines;
    private final CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private @Nullable UpstreamStream stream;
    private @Nullable ResponseHead head;

    AnswerListener(Optional<Consumer<String>> lines) {
        this.lines = lines;
    }

    CompletableFuture<HttpAnswer> answer() {
        return answer;
    }

    void over(UpstreamStream newStream) {
        stream = newStream;
    }

    void cancel() {
        if (stream != null) {
            stream.cancel();
        }
    }

    /** Ends the call without an answer. */
    void abandon() {
        answer.completeExceptionally(new IOException("not waited for any longer"));
        cancel();
    }

    @Override
    public void head(ResponseHead received) {
        head = received;
    }

    @Override
    public void body(ByteBuf slice) {
        boolean byLine = lines.isPresent() && head != null && head.status() / 100 == 2;
        try {
            while (slice.isReadable()) {
                byte b = slice.readByte();
                if (byLine && b == '\n') {
                    line();
                } else if (kept.size() < MAX_KEPT_BYTES) {
                    kept.write(b);
                } else {
                    answer.completeExceptionally(new IOException("more than " + MAX_KEPT_BYTES + " bytes"));
                    cancel();
                    return;
                }
            }
        } finally {
            slice.release();
        }
    }

    private void line() {
        String line = kept.toString(StandardCharsets.UTF_8);
        kept.reset();
        if (!line.isBlank()) {
            lines.ifPresent(sink -> sink.accept(line));
        }
    }

    @Override
    public void end(StreamEnd end) {
        ResponseHead received = head;
        if (end instanceof StreamEnd.Clean && received != null) {
            if (lines.isPresent() && received.status() / 100 == 2) {
                line();
            }
            answer.complete(
                    new HttpAnswer(received.status(), received.headers(), kept.toString(StandardCharsets.UTF_8)));
        } else {
            answer.completeExceptionally(new IOException(describe(end)));
        }
    }

    private static String describe(StreamEnd end) {
        return switch (end) {
            case StreamEnd.Clean _ -> "no head";
            case StreamEnd.Truncated(String reason) -> "cut short: " + reason;
            case StreamEnd.Refused(StreamEnd.Refusal refusal, Throwable _) -> "not reached: " + refusal;
            case StreamEnd.Reset(String reason) -> "no answer: " + reason;
        };
    }
}
