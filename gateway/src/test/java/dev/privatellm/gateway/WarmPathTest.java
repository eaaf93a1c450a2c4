// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.privatellm.gateway.fake.Dialogue;
import dev.privatellm.gateway.fake.GatewayFixture;
import dev.privatellm.gateway.fake.MisbehavingMachine.Request;
import dev.privatellm.gateway.fake.RawClient;
import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.metering.TokenUsage;
import dev.privatellm.gateway.port.UsageRow;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests to a machine that serves, over real sockets and real mutual TLS. */
class WarmPathTest {
    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new GatewayFixture();
    }

    @BeforeEach
    void serve() {
        fixture.forget();
        fixture.publish(fixture.serving());
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("R11 passes the engine's stream on byte for byte and counts it")
    @EnumSource(Dialogue.class)
    void passesStreamsOnByteForByteAndCountsThem(Dialogue dialogue) throws Exception {
        fixture.machine.script((request, wire) -> dialogue.play(wire));

        RawClient.Response response = fixture.post(dialogue.path(), dialogue.request());

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(dialogue.answer());
        assertThat(response.complete()).isTrue();
        UsageRow row = row();
        assertThat(row.usage().confidence()).isEqualTo(Confidence.EXACT);
        assertThat(row.usage().input()).hasValue(11);
        assertThat(row.usage().output()).hasValue(3);
        assertThat(row.reason()).isEmpty();
        assertThat(fixture.machine.requests().getFirst().body()).isEqualTo(dialogue.request());
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("R7 a cut stream ends with the dialect's error frame and an aborted connection")
    @EnumSource(Dialogue.class)
    void endsCutStreamsWithAnErrorFrame(Dialogue dialogue) throws Exception {
        fixture.machine.script((request, wire) -> {
            wire.begin(dialogue.contentType());
            wire.chunk(dialogue.first());
            wire.cut();
        });

        RawClient.Response response = fixture.post(dialogue.path(), dialogue.request());

        assertThat(response.body()).startsWith(dialogue.first()).contains(dialogue.errorMark());
        assertThat(response.complete()).isFalse();
        assertThat(row().reason()).contains("StreamInterrupted");
        assertThat(row().usage().confidence()).isNotEqualTo(Confidence.EXACT);
        assertThat(fixture.machine.requests()).hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("R7 a stream that ends cleanly before its API's own end is no clean response")
    @EnumSource(Dialogue.class)
    void noticesStreamsThatEndTooEarly(Dialogue dialogue) throws Exception {
        fixture.machine.script((request, wire) -> {
            wire.begin(dialogue.contentType());
            wire.chunk(dialogue.first());
            wire.finish();
        });

        RawClient.Response response = fixture.post(dialogue.path(), dialogue.request());

        assertThat(response.body()).contains(dialogue.errorMark());
        assertThat(response.complete()).isFalse();
    }

    @Test
    @DisplayName("R7 a JSON answer that is cut is an aborted connection, with nothing invented")
    void abortsCutJson() throws Exception {
        fixture.machine.script((request, wire) -> {
            wire.send(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n{\"model\":\"ti");
            wire.cut();
        });

        RawClient.Response response =
                fixture.post("/api/generate", "{\"model\":\"tiny\",\"prompt\":\"x\",\"stream\":false}");

        assertThat(response.body()).isEqualTo("{\"model\":\"ti");
        assertThat(response.complete()).isFalse();
    }

    @Test
    @DisplayName("T2 forces usage upon a chat stream and takes exactly that chunk out again")
    void forcesUsageAndTakesItsChunkOut() throws Exception {
        String asked = "{\"model\":\"tiny\", \"stream\":true,\"messages\":[]}";
        fixture.machine.script((request, wire) -> Dialogue.OPENAI_CHAT.play(wire));

        RawClient.Response response = fixture.post("/v1/chat/completions", asked);

        assertThat(fixture.machine.requests().getFirst().body())
                .contains("\"stream_options\":{\"include_usage\":true}")
                .satisfies(sent -> assertThat(sent.replace("\"stream_options\":{\"include_usage\":true},", ""))
                        .isEqualTo(asked));
        assertThat(response.body())
                .isEqualTo(Dialogue.OPENAI_CHAT
                        .answer()
                        .replaceAll("data: \\{\"id\":\"c\",\"choices\":\\[],[^\\n]*\\n\\n", ""))
                .doesNotContain("prompt_tokens")
                .endsWith("data: [DONE]\n\n");
        assertThat(row().usage().input()).hasValue(11);
    }

    @Test
    void namesTheEnginesModelWhereAnAliasWasAsked() throws Exception {
        fixture.machine.script((request, wire) -> Dialogue.OPENAI_CHAT.play(wire));

        fixture.post("/v1/chat/completions", "{\"stream\":true,\"model\":\"gpt-4o\",\"messages\":[]}");

        assertThat(fixture.machine.requests().getFirst().body())
                .contains("\"model\":\"tiny\"")
                .doesNotContain("gpt-4o");
        assertThat(row().modelAsked()).isEqualTo("gpt-4o");
        assertThat(row().modelServed()).isEqualTo("tiny");
    }

    @Test
    void passesTheEnginesOwnErrorOn() throws Exception {
        fixture.machine.script((request, wire) -> wire.json(400, "{\"error\":\"bad option\"}"));

        RawClient.Response response = fixture.post("/api/chat", Dialogue.OLLAMA_CHAT.request());

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).isEqualTo("{\"error\":\"bad option\"}");
        assertThat(row().usage()).isEqualTo(TokenUsage.UNKNOWN);
    }

    @Test
    @DisplayName("R3 one client's cancel among 100 streams ends that stream and no other")
    void oneCancelAmongManyStreams() throws Exception {
        CompletableFuture<Void> release = new CompletableFuture<>();
        AtomicInteger cancelled = new AtomicInteger();
        fixture.machine.script((request, wire) -> {
            wire.begin(Dialogue.OLLAMA_CHAT.contentType());
            wire.chunk(Dialogue.OLLAMA_CHAT.first());
            if (request.body().contains("victim")) {
                wire.awaitClosed();
                cancelled.incrementAndGet();
            } else {
                release.join();
                wire.chunk(Dialogue.OLLAMA_CHAT.last());
                wire.finish();
            }
        });
        RawClient[] clients = new RawClient[100];
        for (int i = 0; i < clients.length; i++) {
            String who = i == 42 ? "victim" : "other";
            clients[i] = fixture.connect()
                    .post(
                            "/api/chat",
                            "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"" + who + "\"}]}");
        }
        await().atMost(20, TimeUnit.SECONDS).until(() -> fixture.inFlight() == 100);
        clients[42].head();
        clients[42].nextChunk();

        clients[42].close();

        await().until(() -> cancelled.get() == 1);
        await().until(() -> fixture.inFlight() == 99);
        release.complete(null);
        for (int i = 0; i < clients.length; i++) {
            if (i != 42) {
                RawClient.Response response = clients[i].response();
                assertThat(response.complete()).isTrue();
                assertThat(response.body()).isEqualTo(Dialogue.OLLAMA_CHAT.first() + Dialogue.OLLAMA_CHAT.last());
                clients[i].close();
            }
        }
        assertThat(fixture.demand.rises()).isEqualTo(1);
    }

    @Test
    @DisplayName("R4 one connection's handshake serves one request after another")
    void manyRequestsOneHandshake() throws Exception {
        fixture.machine.script(
                (request, wire) -> wire.json(200, "{\"done\":true,\"prompt_eval_count\":1,\"eval_count\":1}"));
        try (RawClient client = fixture.connect()) {
            for (int i = 0; i < 50; i++) {
                assertThat(client.post("/api/generate", "{\"model\":\"tiny\",\"prompt\":\"x\",\"stream\":false}")
                                .response()
                                .status())
                        .isEqualTo(200);
            }
        }

        assertThat(fixture.machine.requests()).hasSize(50);
        assertThat(fixture.machine.handshakes()).isLessThanOrEqualTo(1);
    }

    @Test
    @DisplayName("S9 no client credential and no foreign header reaches the machine")
    void keepsClientCredentialsFromTheMachine() throws Exception {
        fixture.machine.script((request, wire) -> wire.json(200, "{\"done\":true}"));

        fixture.post(
                "/api/generate",
                "{\"model\":\"tiny\",\"prompt\":\"x\",\"stream\":false}",
                "Authorization: Bearer CANARY-1",
                "X-Api-Key: CANARY-2",
                "Cookie: CANARY-3",
                "Proxy-Authorization: CANARY-4",
                "X-Forwarded-For: CANARY-5",
                "Forwarded: CANARY-6",
                "Origin: http://localhost:3000",
                "X-Client-Cert: CANARY-7",
                "TE: trailers",
                "Connection: keep-alive, X-Named",
                "X-Named: CANARY-8",
                "User-Agent: curl/8",
                "Anthropic-Version: 2023-06-01");

        Request request = fixture.machine.requests().getFirst();
        assertThat(request.rawHead()).doesNotContain("CANARY").doesNotContain("localhost");
        assertThat(request.headers())
                .containsEntry("host", GatewayFixture.SERVER_NAME)
                .containsEntry("authorization", "Bearer " + GatewayFixture.INFER_TOKEN)
                .containsEntry("accept-encoding", "identity")
                .containsEntry("anthropic-version", "2023-06-01")
                .containsEntry("user-agent", "curl/8");
    }

    @Test
    void tellsItsOwnIdAndTheMachinesStateButNotTheEnginesName() throws Exception {
        fixture.machine.script((request, wire) -> Dialogue.OLLAMA_CHAT.play(wire));

        RawClient.Response response = fixture.post("/api/chat", Dialogue.OLLAMA_CHAT.request());

        assertThat(response.header("X-Request-Id")).isEqualTo(row().requestId());
        assertThat(response.header("X-PrivateLlm-State")).isEqualTo("Serving");
        assertThat(response.header("Server")).isEmpty();
    }

    @Test
    void aSlowReaderStopsTheMachineAndNobodyElse() throws Exception {
        String line = "{\"message\":{\"content\":\"" + "x".repeat(8_000) + "\"},\"done\":false}\n";
        AtomicInteger sent = new AtomicInteger();
        fixture.machine.script((request, wire) -> {
            if (request.body().contains("slow")) {
                wire.begin(Dialogue.OLLAMA_CHAT.contentType());
                for (int i = 0; i < 4_000; i++) {
                    wire.chunk(line);
                    sent.incrementAndGet();
                }
                wire.chunk(Dialogue.OLLAMA_CHAT.last());
                wire.finish();
            } else {
                Dialogue.OLLAMA_CHAT.play(wire);
            }
        });
        try (RawClient slow = fixture.connect()) {
            slow.post("/api/chat", "{\"model\":\"tiny\",\"messages\":[{\"content\":\"slow\"}]}");
            await().until(() -> sent.get() > 10);
            await().during(300, TimeUnit.MILLISECONDS).until(sent::get, before -> before == sent.get());

            assertThat(fixture.post("/api/chat", Dialogue.OLLAMA_CHAT.request()).complete())
                    .isTrue();

            assertThat(sent.get()).isLessThan(4_000);
            RawClient.Response response = slow.response();
            assertThat(response.complete()).isTrue();
            assertThat(response.body())
                    .hasSize(4_000 * line.length() + Dialogue.OLLAMA_CHAT.last().length());
        }
    }

    @Test
    @DisplayName("R6 no total limit cuts an answer that keeps moving for two hours")
    void noTotalLimit() throws Exception {
        CompletableFuture<Void> later = new CompletableFuture<>();
        fixture.machine.script((request, wire) -> {
            wire.begin(Dialogue.OLLAMA_CHAT.contentType());
            wire.chunk(Dialogue.OLLAMA_CHAT.first());
            later.join();
            wire.chunk(Dialogue.OLLAMA_CHAT.last());
            wire.finish();
        });
        try (RawClient client = fixture.connect()) {
            client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            client.head();
            client.nextChunk();

            fixture.time.advance(Duration.ofHours(2));
            later.complete(null);

            assertThat(client.nextChunk()).isEqualTo(Dialogue.OLLAMA_CHAT.last());
            assertThat(client.nextChunk()).isEmpty();
        }
        assertThat(row().duration()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void aClientThatLeavesRightAfterTheLastFrameIsCountedExactly() throws Exception {
        fixture.machine.script((request, wire) -> {
            wire.begin(Dialogue.OPENAI_CHAT.contentType());
            wire.chunk(Dialogue.OPENAI_CHAT.answer());
            wire.awaitClosed();
        });
        try (RawClient client = fixture.connect()) {
            client.post(Dialogue.OPENAI_CHAT.path(), Dialogue.OPENAI_CHAT.request());
            client.head();
            client.nextChunk();
        }

        assertThat(row().usage().confidence()).isEqualTo(Confidence.EXACT);
    }

    private static UsageRow row() {
        await().until(() -> !fixture.ledger.rows().isEmpty());
        return fixture.ledger.rows().getFirst();
    }
}
