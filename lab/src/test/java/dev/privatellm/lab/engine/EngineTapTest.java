// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineTapTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final EngineDouble engine = EngineDouble.start(EngineOptions.defaults(store()));
    private final EngineTap tap = EngineTap.start(engine.url(), Clock.systemUTC());
    private final Wire direct = new Wire(engine.url());
    private final Wire tapped = new Wire(tap.url());

    private static ModelStore store() {
        ModelStore store = ModelStore.inMemory();
        store.add("llama3", Instant.EPOCH);
        return store;
    }

    @AfterEach
    void stop() {
        tap.close();
        engine.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/generate | {"model":"llama3","prompt":"Say hello"}
            /api/generate | {"model":"llama3","prompt":"Say hello","stream":false}
            /api/chat | {"model":"llama3","messages":[{"role":"user","content":"Say hello"}]}
            /api/embed | {"model":"llama3","input":"Say hello"}
            /v1/chat/completions | {"model":"llama3","messages":[{"role":"user","content":"Say hello"}]}
            /v1/chat/completions | {"model":"llama3","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Say hello"}]}
            /v1/completions | {"model":"llama3","prompt":"Say hello","stream":true,"stream_options":{"include_usage":true}}
            /v1/responses | {"model":"llama3","input":"Say hello"}
            /v1/responses | {"model":"llama3","input":"Say hello","stream":true}
            /v1/embeddings | {"model":"llama3","input":"Say hello"}
            /v1/messages | {"model":"llama3","max_tokens":99,"messages":[{"role":"user","content":"Say hello"}]}
            /v1/messages | {"model":"llama3","max_tokens":99,"stream":true,"messages":[{"role":"user","content":"Say hello"}]}
            """)
    void readsFromTheAnswerWhatTheEngineKnowsItself(String path, String body) {
        tapped.post(path, body);

        EngineRow known = engine.truth().getFirst();
        assertThat(tap.truth()).singleElement().satisfies(row -> {
            assertThat(row.path()).isEqualTo(path);
            assertThat(row.model()).isEqualTo(known.model());
            assertThat(row.inputTokens()).isPositive().isEqualTo(known.inputTokens());
            assertThat(row.outputTokens()).isEqualTo(known.outputTokens());
            assertThat(row.status()).isEqualTo(200);
            assertThat(row.complete()).isTrue();
        });
    }

    @Test
    void knowsNoCountWhereTheEngineReportsNone() {
        tapped.post(
                "/v1/chat/completions",
                "{\"model\":\"llama3\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");

        assertThat(tap.truth().getFirst().inputTokens()).isNull();
        assertThat(tap.truth().getFirst().outputTokens()).isNull();
    }

    @Test
    void passesTheAnswerOnUnchanged() {
        String body = "{\"model\":\"llama3\",\"input\":[\"one\",\"two\"]}";
        Wire.Answer through = tapped.post("/v1/embeddings", body);

        assertThat(through).isEqualTo(direct.post("/v1/embeddings", body));
        assertThat(tapped.send("HEAD", "/", "").status()).isEqualTo(200);
        assertThat(tapped.get("/nope").status()).isEqualTo(404);
    }

    @Test
    void takesTheEnginesConnectionDownWithAClientThatLeaves() throws Exception {
        String body = "{\"model\":\"llama3\",\"prompt\":\"[lab:endless]\"}";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tap.port())) {
            String head = "POST /api/generate HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n";
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
            assertThat(socket.getInputStream().readNBytes(500)).hasSize(500);
        }

        await().atMost(SOON).until(() -> engine.truth().size() == 1);
        assertThat(engine.truth().getFirst().complete()).isFalse();
        await().atMost(SOON).until(() -> tap.truth().size() == 1);
        assertThat(tap.truth().getFirst().complete()).isFalse();
    }

    @Test
    void breaksTheClientsConnectionWhenTheEngineBreaksOff() {
        engine.failNext(new EngineFault.CutAfter(3));

        assertThatThrownBy(() -> tapped.post("/api/generate", "{\"model\":\"llama3\",\"prompt\":\"hi\"}"))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(tap.truth())
                .singleElement()
                .satisfies(row -> assertThat(row.complete()).isFalse());
    }

    @Test
    void closesARequestWhoseEngineIsNotThere() {
        engine.close();

        assertThatThrownBy(() -> tapped.post("/api/show", "{}")).isInstanceOf(UncheckedIOException.class);
        assertThat(tap.truth())
                .singleElement()
                .satisfies(row -> assertThat(row.status()).isZero());
    }

    @Test
    void refusesAnAddressThatIsNone() {
        assertThatThrownBy(() -> EngineTap.start(URI.create("localhost:11434"), Clock.systemUTC()))
                .hasMessageContaining("expected: http://host:port");
    }
}
