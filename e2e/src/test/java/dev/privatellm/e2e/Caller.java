// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.json.JsonMapper;

/** Asks as Ollama's own clients do. */
final class Caller implements AutoCloseable {
    /** An answer, a whole wake included. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;
    private final String model;

    Caller(Server server, Document document) {
        this.url = server.url();
        this.model = document.model();
    }

    /** Asks for a whole answer and waits for it. */
    HttpResponse<String> ask(String prompt) {
        return within(PATIENCE, asking(prompt));
    }

    /** The same of another model than the document's. */
    HttpResponse<String> ask(String another, String prompt) {
        return within(
                PATIENCE, client.sendAsync(generate(another, prompt, false), HttpResponse.BodyHandlers.ofString()));
    }

    /** Asks for a whole answer; it comes later. */
    CompletableFuture<HttpResponse<String>> asking(String prompt) {
        return client.sendAsync(generate(model, prompt, false), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) {
        return within(
                PATIENCE,
                client.sendAsync(
                        HttpRequest.newBuilder(url.resolve(path)).build(), HttpResponse.BodyHandlers.ofString()));
    }

    /** Whether new requests are taken now. */
    boolean isWelcome() {
        var probe = HttpRequest.newBuilder(url.resolve("/readyz")).build();
        var answer = client.sendAsync(probe, HttpResponse.BodyHandlers.discarding())
                .handle((response, failure) -> failure == null && response.statusCode() == 200);
        return within(PATIENCE, answer);
    }

    /** Asks for a stream and returns when its first word has come. */
    AnswerStream stream(String prompt) {
        return AnswerStream.open(client, generate(model, prompt, true));
    }

    /** What comes, or a failure if it does not come in time; the exchange that it comes from is given up then. */
    static <T> T within(Duration atMost, CompletableFuture<T> coming) {
        try {
            return coming.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            coming.cancel(true);
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        } catch (TimeoutException late) {
            coming.cancel(true);
            throw new AssertionError("no answer within " + atMost, late);
        } catch (ExecutionException failure) {
            throw new AssertionError("no answer: " + failure.getCause(), failure.getCause());
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest generate(String wanted, String prompt, boolean streamed) {
        var body =
                JsonMapper.shared().writeValueAsString(Map.of("model", wanted, "prompt", prompt, "stream", streamed));
        return HttpRequest.newBuilder(url.resolve("/api/generate"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
