// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.json.JsonMapper;

/**
 * A streamed answer of Ollama's API while it comes; closing it is leaving. Every byte is taken when it arrives: an {@code InputStream} of this client forgets
 * on a cut what it has not handed over yet, and that may be the error which the test waits for.
 */
final class AnswerStream implements AutoCloseable {
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final CompletableFuture<Boolean> firstWord = new CompletableFuture<>();
    private final CompletableFuture<?> exchange;
    private final CompletableFuture<Boolean> end;

    private AnswerStream(HttpClient client, HttpRequest request) {
        exchange = client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArrayConsumer(this::take));
        end = exchange.handle((_, _) -> firstWord.complete(false));
    }

    /** Returns when the first word has come; signs of life during a wake are empty lines of the same form. */
    static AnswerStream open(HttpClient client, HttpRequest request) {
        var stream = new AnswerStream(client, request);
        if (!Caller.within(Caller.PATIENCE, stream.firstWord)) {
            throw new AssertionError("the stream ended before its first word: " + stream.lines());
        }
        return stream;
    }

    /** The last line, once the answer has ended in whatever way. */
    String lastLine() {
        Caller.within(Caller.PATIENCE, end);
        return lines().getLast();
    }

    @Override
    public void close() {
        exchange.cancel(true);
    }

    private synchronized void take(Optional<byte[]> bytes) {
        received.writeBytes(bytes.orElse(new byte[0]));
        if (!firstWord.isDone() && lines().stream().anyMatch(AnswerStream::saysSomething)) {
            firstWord.complete(true);
        }
    }

    private static boolean saysSomething(String line) {
        return line.endsWith("}")
                && !JsonMapper.shared()
                        .readTree(line)
                        .path("response")
                        .asString("")
                        .isEmpty();
    }

    private synchronized List<String> lines() {
        return received.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
