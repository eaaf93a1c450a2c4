// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.privatellm.machine.cloud.ModelRegistry.Listing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OllamaRegistryTest {
    private static final String MANIFEST = """
            {"schemaVersion": 2, "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 561},
             "layers": [{"mediaType": "application/vnd.ollama.image.model", "size": 2019377376},
                        {"mediaType": "application/vnd.ollama.image.projector", "size": 100},
                        {"mediaType": "application/vnd.ollama.image.license", "size": 7711}]}
            """;

    private final AtomicReference<String> asked = new AtomicReference<>("");
    private int status = 200;
    private String body = MANIFEST;
    private HttpServer server;
    private final AtomicInteger stalls = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private OllamaRegistry registry;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.set(exchange.getRequestURI().getPath());
            byte[] answer = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            try (var out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
        server.start();
        server.createContext("/v2/library/stalls/", exchange -> {
            stalls.incrementAndGet();
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
        });
        registry = registry(OllamaRegistry.TIMEOUT);
    }

    private OllamaRegistry registry(Duration timeout) {
        return new OllamaRegistry(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                nanos::get,
                HttpClient.newBuilder(),
                timeout);
    }

    @Test
    @DisplayName(
            "a registry that stalls within its answer is done without, and is not asked about the next model right away")
    void isDoneWithoutIfItStalls() {
        try (OllamaRegistry impatient = registry(Duration.ofMillis(300))) {
            assertThat(impatient.find("stalls:1b")).isInstanceOf(Listing.Unknown.class);
            assertThat(impatient.find("stalls:2b")).isInstanceOf(Listing.Unknown.class);
            assertThat(stalls.get()).isEqualTo(1);

            nanos.addAndGet(Duration.ofSeconds(30).toNanos());

            assertThat(impatient.find("llama3.2:3b")).isInstanceOf(Listing.Listed.class);
        }
    }

    @AfterEach
    void close() {
        registry.close();
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({
        "llama3.2:3b, /v2/library/llama3.2/manifests/3b",
        "llama3.2, /v2/library/llama3.2/manifests/latest",
        "stewartpark/qwen3.5:q8_0, /v2/stewartpark/qwen3.5/manifests/q8_0"
    })
    void asksForAModelWhereItsNameSays(String model, String path) {
        assertThat(registry.find(model)).isEqualTo(new Listing.Listed(2_019_385_187L, 2_019_377_476L));

        assertThat(asked.get()).isEqualTo(path);
    }

    @Test
    void saysThatThereIsNoneOnlyIfTheRegistrySaysSo() {
        status = 404;
        assertThat(registry.find("llama9:1b")).isInstanceOf(Listing.Absent.class);

        status = 401;
        assertThat(registry.find("llama9:1b")).isInstanceOf(Listing.Unknown.class);

        status = 503;
        assertThat(registry.find("llama9:1b")).isInstanceOf(Listing.Unknown.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "[]",
                "{\"layers\": {}}",
                "{\"layers\": [{\"mediaType\": \"application/vnd.ollama.image.model\"}]}",
                "{\"layers\": [{\"mediaType\": \"application/vnd.ollama.image.model\", \"size\": -5}]}",
                "{\"layers\": [{\"mediaType\": \"application/vnd.ollama.image.model\", \"size\": 9223372036854775807}]}",
                "{\"layers\": [{\"mediaType\": \"application/vnd.ollama.image.license\", \"size\": 7}]}"
            })
    void concludesNothingFromWhatIsNoManifest(String garbage) {
        body = garbage;

        assertThat(registry.find("llama3.2:3b")).isInstanceOf(Listing.Unknown.class);
    }

    @Test
    void readsNoMoreThanAManifestCanBe() {
        body = " ".repeat(300_000) + MANIFEST;

        assertThat(registry.find("llama3.2:3b")).isInstanceOf(Listing.Unknown.class);
    }

    @Test
    void concludesNothingFromARegistryThatIsNotThere() {
        server.stop(0);

        assertThat(registry.find("llama3.2:3b")).isInstanceOf(Listing.Unknown.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf.co/org/model:Q4", "localhost:5000/a/b", "llama3.2@sha256:abc"})
    void asksNobodyForAModelOfAnotherRegistry(String model) {
        assertThat(registry.find(model)).isInstanceOf(Listing.Unknown.class);

        assertThat(asked.get()).isEmpty();
    }
}
