// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class EngineTroubleTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private EngineDouble engine = start(EngineOptions.defaults(store()));
    private Wire wire = new Wire(engine.url());

    private static ModelStore store() {
        ModelStore store = ModelStore.inMemory();
        store.add("llama3", Instant.EPOCH);
        return store;
    }

    private static EngineDouble start(EngineOptions options) {
        return EngineDouble.start(options);
    }

    private void restart(EngineOptions options) {
        engine.close();
        engine = start(options);
        wire = new Wire(engine.url());
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private static String generate(String prompt) {
        return "{\"model\":\"llama3\",\"prompt\":\"" + prompt + "\"}";
    }

    @Test
    void stopsGeneratingWhenTheClientLeaves() throws Exception {
        restart(EngineOptions.defaults(store()).withTokensPerSecond(200));
        try (Socket socket = request(generate("[lab:endless]"))) {
            readUntil(socket.getInputStream(), "done\":false");
        }

        await().atMost(SOON).until(() -> engine.truth().size() == 1);
        EngineRow row = engine.truth().getFirst();
        assertThat(row.complete()).isFalse();
        assertThat(row.status()).isEqualTo(200);
        assertThat(row.outputTokens()).isBetween(1L, 1_000L);
    }

    @Test
    void noticesAClientThatLeavesBeforeTheFirstToken() throws Exception {
        restart(EngineOptions.defaults(store()).withTimeToFirstToken(Duration.ofHours(1)));
        try (Socket socket = request(generate("hi"))) {
            assertThat(socket.isConnected()).isTrue();
        }

        await().atMost(SOON).until(() -> engine.truth().size() == 1);
        assertThat(engine.truth().getFirst().status()).isZero();
        assertThat(engine.truth().getFirst().firstByteAt()).isNull();
    }

    @Test
    void cutsAnAnswerInItsMiddle() {
        engine.failNext(new EngineFault.CutAfter(3));

        assertThatThrownBy(() -> wire.post("/api/generate", generate("hi"))).isInstanceOf(UncheckedIOException.class);
        assertThat(engine.truth()).singleElement().satisfies(row -> {
            assertThat(row.outputTokens()).isEqualTo(3);
            assertThat(row.complete()).isFalse();
        });
        assertThat(wire.post("/api/generate", generate("hi")).status()).isEqualTo(200);
    }

    @Test
    void endsAStreamWithAnErrorLineInItsOwnApi() {
        List<JsonNode> lines =
                wire.post("/api/generate", generate("[lab:error=2]")).documents();

        assertThat(lines).hasSize(3);
        assertThat(lines.getLast().path("error").asString()).isNotBlank();
    }

    @Test
    void losesTheErrorOfAChatStreamAsOllamaDoes() {
        engine.failNext(new EngineFault.ErrorAfter(2, "out of memory"));
        Wire.Answer answer = wire.post(
                "/v1/chat/completions",
                "{\"model\":\"llama3\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");

        assertThat(answer.documents())
                .hasSize(2)
                .allMatch(chunk -> chunk.at("/choices/0/finish_reason").isNull());
        assertThat(answer.body()).doesNotContain("[DONE]", "out of memory");
    }

    @Test
    void refusesOnCommandInTheCallersDialect() {
        Wire.Answer answer = wire.post(
                "/v1/messages",
                "{\"model\":\"llama3\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"[lab:status=503]\"}]}");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().at("/error/type").asString()).isEqualTo("overloaded_error");
    }

    @Test
    void breaksItsConnectionsWhenItIsClosed() throws Exception {
        try (Socket socket = request(generate("[lab:endless]"))) {
            readUntil(socket.getInputStream(), "done\":false");
            engine.close();
            assertThat(engine.truth()).hasSize(1);
            assertThat(drained(socket)).isTrue();
        }
        assertThat(engine.truth().getFirst().complete()).isFalse();
    }

    @Test
    void makesTheFirstRequestOfAModelWaitForItsWeights() {
        restart(EngineOptions.defaults(store()).withLoadDuration(Duration.ofMillis(300)));
        String body = "{\"model\":\"llama3\",\"prompt\":\"hi\",\"stream\":false}";
        long first =
                wire.post("/api/generate", body).json().path("load_duration").asLong();
        long second =
                wire.post("/api/generate", body).json().path("load_duration").asLong();

        assertThat(first).isGreaterThanOrEqualTo(300_000_000L);
        assertThat(second).isPositive().isLessThan(300_000_000L);
    }

    @Test
    void keepsTheSetPace() {
        restart(EngineOptions.defaults(store()).withTokensPerSecond(100));
        JsonNode answer = wire.post(
                        "/api/generate", "{\"model\":\"llama3\",\"prompt\":\"[lab:tokens=31]\",\"stream\":false}")
                .json();

        assertThat(answer.path("eval_count").asLong()).isEqualTo(31);
        assertThat(answer.path("eval_duration").asLong()).isGreaterThanOrEqualTo(300_000_000L);
    }

    @Test
    void servesTwoHundredStreamsAtOnce() throws Exception {
        restart(EngineOptions.defaults(store()).withTokensPerSecond(50));
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Wire.Answer>> calls = IntStream.range(0, 200)
                    .<Callable<Wire.Answer>>mapToObj(
                            i -> () -> wire.post("/api/generate", generate("[lab:tokens=40] " + i)))
                    .toList();
            for (Future<Wire.Answer> answer : clients.invokeAll(calls)) {
                assertThat(answer.get().documents()).hasSize(41);
            }
        }
        assertThat(engine.truth()).hasSize(200).allMatch(row -> row.complete() && row.outputTokens() == 40);
    }

    private Socket request(String body) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), engine.port());
        socket.setSoTimeout((int) SOON.toMillis());
        String head = "POST /api/generate HTTP/1.1\r\nHost: engine\r\nContent-Length: " + body.length() + "\r\n\r\n";
        socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static void readUntil(InputStream in, String word) throws Exception {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(word) < 0) {
            int next = in.read();
            assertThat(next).as("answer so far: %s", seen).isNotNegative();
            seen.append((char) next);
        }
    }

    /** Whether the connection ended, by a reset or otherwise. */
    private static boolean drained(Socket socket) {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
        return true;
    }
}
