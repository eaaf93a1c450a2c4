// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A plain client that looks at an answer as it stands on the wire. */
final class Wire implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;

    Wire(URI server) {
        this.server = server;
    }

    /** What came back. */
    record Answer(HttpResponse<String> response) {

        int status() {
            return response.statusCode();
        }

        String body() {
            return response.body();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("none");
        }

        /** The head as far as a parser depends on it, then the {@link Outline} of the body. */
        List<String> outline(Set<String> leftOut) {
            List<String> lines = new ArrayList<>();
            lines.add("status " + status());
            lines.add("content-type " + header("content-type"));
            lines.add("transfer-encoding " + header("transfer-encoding"));
            lines.add("content-length "
                    + (header("content-length").equals("none")
                            ? "none"
                            : header("content-length").equals("0") ? "0" : "given"));
            lines.addAll(Outline.of(body(), leftOut));
            return lines;
        }
    }

    Answer send(String method, String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(server.resolve(path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .timeout(PATIENCE)
                .build();
        return new Answer(client.send(request, HttpResponse.BodyHandlers.ofString()));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
