// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
    HttpResponse<String> ask(String prompt) throws IOException, InterruptedException {
        return client.send(generate(prompt, false), HttpResponse.BodyHandlers.ofString());
    }

    /** Asks for a whole answer; it comes later. */
    CompletableFuture<HttpResponse<String>> asking(String prompt) {
        return client.sendAsync(generate(prompt, false), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(url.resolve(path)).timeout(PATIENCE).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** An answer that is being read line by line; closing it is leaving. */
    record Stream(InputStream body, BufferedReader lines) implements AutoCloseable {
        /** The last line before the end, however that came. */
        String lastLine() {
            String last = "";
            try {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    last = line;
                }
            } catch (IOException cut) {
                return last;
            }
            return last;
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /** Asks for a stream and returns when its first word has come; signs of life during a wake are empty lines of the same form. */
    Stream stream(String prompt) throws IOException, InterruptedException {
        var body = client.send(generate(prompt, true), HttpResponse.BodyHandlers.ofInputStream())
                .body();
        var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!JsonMapper.shared()
                    .readTree(line)
                    .path("response")
                    .asString("")
                    .isEmpty()) {
                return new Stream(body, lines);
            }
        }
        throw new AssertionError("the stream ended before its first word");
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest generate(String prompt, boolean streamed) {
        var body = JsonMapper.shared().writeValueAsString(Map.of("model", model, "prompt", prompt, "stream", streamed));
        return HttpRequest.newBuilder(url.resolve("/api/generate"))
                .header("Content-Type", "application/json")
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
