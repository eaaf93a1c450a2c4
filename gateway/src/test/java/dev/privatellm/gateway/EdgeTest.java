// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.privatellm.gateway.fake.Dialogue;
import dev.privatellm.gateway.fake.GatewayFixture;
import dev.privatellm.gateway.fake.RawClient;
import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.ApiKey.Scope;
import dev.privatellm.gateway.port.Limits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered or refused at the edge, without a machine. */
class EdgeTest {
    private static final int MAX_BODY = 64 << 10;

    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new GatewayFixture(config -> new GatewayConfig(
                config.host(), 0, Set.of("llm.home.arpa"), true, "test", GatewayFixture.limits(3, MAX_BODY)));
    }

    @BeforeEach
    void sleep() {
        fixture.forget();
        fixture.publish(fixture.asleep());
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("S2 wakes nothing")
    @ValueSource(
            strings = {
                "GET /favicon.ico", "GET /", "HEAD /", "GET /api/version", "GET /api/tags", "GET /api/ps",
                        "GET /v1/models?limit=1000",
                "GET /v1/models/tiny", "GET /v1/realtime", "GET /livez", "GET /readyz", "GET /health", "GET /metrics",
                        "GET /status",
                "OPTIONS /v1/chat/completions", "GET /v1/chat/completions", "POST /api/pull", "DELETE /api/delete"
            })
    void wakesNothing(String start) throws Exception {
        try (RawClient client = fixture.connect()) {
            client.send(start + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.head().status()).isBetween(200, 503);
        }
        assertThat(fixture.demand.signals()).isEmpty();
    }

    @Test
    @DisplayName("S2 a foreign Host or a web page's Origin is refused and wakes nothing")
    void refusesForeignHostsAndOrigins() throws Exception {
        String chat = Dialogue.OPENAI_CHAT.request();
        String post = "POST /v1/chat/completions HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: "
                + chat.length() + "\r\n";
        String[] refused = {
            "Host: evil.example\r\n",
            "Host: 127.0.0.1.evil.example:1\r\n",
            "Host: localhost\r\nOrigin: https://evil.example\r\n",
            "Host: localhost\r\nOrigin: null\r\n"
        };
        for (String headers : refused) {
            try (RawClient client = fixture.connect()) {
                RawClient.Response response =
                        client.send(post + headers + "\r\n" + chat).response();
                assertThat(response.status()).as(headers).isEqualTo(403);
                assertThat(response.body()).contains("permission_denied");
            }
        }
        assertThat(fixture.demand.signals()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:11434", "127.0.0.1", "[::1]:80", "LLM.home.arpa"})
    void answersUnderItsOwnNames(String host) throws Exception {
        try (RawClient client = fixture.connect()) {
            client.send("GET /api/tags HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://localhost:3000\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("P14 model lists are answered while the machine sleeps, in each dialect, and tell its state")
    void listsModelsWhileTheMachineSleeps() throws Exception {
        RawClient.Response tags = fixture.get("/api/tags");
        assertThat(tags.body()).contains("\"name\":\"tiny").contains("gpt-4o");
        assertThat(tags.header("X-PrivateLlm-State")).isEqualTo("Stopped");
        assertThat(fixture.get("/v1/models").body())
                .contains("\"object\":\"list\"")
                .contains("\"id\":\"tiny\"");
        assertThat(fixture.get("/v1/models?limit=1000", "anthropic-version: 2023-06-01")
                        .body())
                .contains("\"type\":\"model\"");
        assertThat(fixture.post("/api/show", "{\"model\":\"tiny\"}").body()).contains("context_length");
        assertThat(fixture.post("/api/show", "{\"model\":\"nope\"}").status()).isEqualTo(404);
        assertThat(fixture.get("/metrics").body()).contains("privatellm_boots_avoided_total");
        assertThat(fixture.demand.signals()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/chat | {\"error\":\"model \\\"tinny\\\" not found",
                "/v1/chat/completions | \"code\":\"model_not_found\"",
                "/v1/messages | \"type\":\"not_found_error\""
            })
    void anUnknownModelIsToldInDialectWithTheNearestNames(String path, String expected) throws Exception {
        RawClient.Response response = fixture.post(path, "{\"model\":\"tinny\",\"max_tokens\":1,\"messages\":[]}");

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.body()).contains(expected).contains("did you mean tiny");
        assertThat(fixture.demand.signals()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/api/unknown,error", "/v1/unknown,unknown_url", "/v1/messages/unknown,not_found_error"})
    void anUnknownPathIsToldInTheDialectThatItLooksLike(String path, String expected) throws Exception {
        RawClient.Response response = fixture.get(path);

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.body()).contains(expected);
    }

    @Test
    void malformedJsonIsToldWithItsPlace() throws Exception {
        RawClient.Response response = fixture.post("/v1/chat/completions", "{\"model\":\"tiny\",}");

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).contains("malformed JSON at line 1").contains("invalid_request_error");
    }

    @Test
    @DisplayName("R5 a body beyond the limit is refused, declared or not, packed or not")
    void refusesLargeBodies() throws Exception {
        String large = "{\"model\":\"tiny\",\"prompt\":\"" + "x".repeat(MAX_BODY) + "\"}";
        assertThat(fixture.post("/api/generate", large).status()).isEqualTo(413);
        try (RawClient client = fixture.connect()) {
            client.send("POST /api/generate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(large.length()) + "\r\n" + large + "\r\n0\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(413);
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(large.getBytes(StandardCharsets.UTF_8));
        }
        try (RawClient client = fixture.connect()) {
            client.send("POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: "
                    + packed.size() + "\r\n\r\n");
            client.send(packed.toByteArray());
            assertThat(client.response().status()).isEqualTo(413);
        }
    }

    @Test
    @DisplayName("R5 more callers than may wait are told so at once")
    void refusesMoreCallersThanMayWait() throws Exception {
        RawClient[] waiting = new RawClient[3];
        for (int i = 0; i < waiting.length; i++) {
            waiting[i] = fixture.connect().post("/api/chat", Dialogue.OLLAMA_CHAT.request());
        }
        fixture.awaitHeld(3);

        RawClient.Response response = fixture.post("/v1/chat/completions", Dialogue.OPENAI_CHAT.request());

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).contains("too many requests wait");
        assertThat(Integer.parseInt(response.header("Retry-After"))).isBetween(1, 55);
        for (RawClient client : waiting) {
            client.close();
        }
    }

    @Test
    void modelManagementIsRefusedWhileAsleepAndRelayedWithItsOwnTokenWhileAwake() throws Exception {
        RawClient.Response asleep = fixture.post("/api/pull", "{\"model\":\"new\"}");
        assertThat(asleep.status()).isEqualTo(503);
        assertThat(asleep.body()).contains("never wakes it");

        fixture.machine.script((request, wire) -> wire.json(200, "{\"status\":\"success\"}"));
        fixture.publish(fixture.serving());
        RawClient.Response awake = fixture.post("/api/pull", "{\"model\":\"new\"}");

        assertThat(awake.body()).isEqualTo("{\"status\":\"success\"}");
        assertThat(fixture.machine.requests().getFirst().headers())
                .containsEntry("authorization", "Bearer " + GatewayFixture.MANAGE_TOKEN);
        assertThat(fixture.machine.requests().getFirst().body()).isEqualTo("{\"model\":\"new\"}");
        assertThat(fixture.ledger.rows()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/generate", "/api/chat"})
    void unloadingASleepingModelIsDoneAndWakesNothing(String path) throws Exception {
        RawClient.Response response = fixture.post(path, "{\"model\":\"tiny\",\"messages\":[],\"keep_alive\":0}");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body())
                .contains("\"model\":\"tiny\"")
                .endsWith("\"done\":true,\"done_reason\":\"unload\"}");
        assertThat(fixture.demand.signals()).isEmpty();
    }

    @Test
    void ownEndpointsShareAConnectionWithTheClientApis() throws Exception {
        try (RawClient client = fixture.connect()) {
            assertThat(client.get("/livez").response().body()).isEqualTo("ok\n");
            assertThat(client.get("/api/version").response().status()).isEqualTo(200);
            assertThat(client.get("/readyz").response().body()).isEqualTo("ready\n");
            assertThat(client.get("/status").response().body())
                    .contains("\"state\":\"Stopped\"")
                    .contains("\"exact\"");
            assertThat(client.get("/llms.txt").response().body()).contains("/api/chat");
            assertThat(client.get("/health").response().body()).contains("\"status\":\"UP\"");
            assertThat(client.get("/metrics").response().body()).contains("privatellm_held");
        }
    }

    @Test
    void ownEndpointsRefuseForeignHosts() throws Exception {
        try (RawClient client = fixture.connect()) {
            client.send("GET /status HTTP/1.1\r\nHost: evil.example\r\n\r\n");
            assertThat(client.head().status()).isEqualTo(403);
        }
    }

    @Test
    void portIsStillKnownAfterTheEnd() throws Exception {
        try (var fixture = new GatewayFixture()) {
            int port = fixture.gateway.port();

            fixture.gateway.close();

            assertThat(fixture.gateway.port()).isEqualTo(port);
        }
    }

    @Test
    void deletedResourcesEndTheirWaiters() throws Exception {
        try (RawClient client = fixture.connect()) {
            client.post("/v1/chat/completions", Dialogue.OPENAI_CHAT.request());
            fixture.awaitHeld(1);

            fixture.routes.remove(GatewayFixture.ROUTE);

            assertThat(client.response().status()).isEqualTo(404);
        }
        await().until(() -> fixture.gateway.status().routes().isEmpty());
    }

    @Test
    @DisplayName("L1 L4 without a valid key nobody is served, and either header carries it")
    void asksForKeys() throws Exception {
        try (GatewayFixture guarded = new GatewayFixture(
                config -> new GatewayConfig(config.host(), 0, Set.of(), false, "test", Limits.ordinary()))) {
            guarded.keys.add(GatewayFixture.key("alice", "secret-a", Set.of(Scope.INFER)));
            guarded.keys.add(GatewayFixture.key("bob", "secret-b", Set.of(Scope.INFER, Scope.MANAGE)));
            guarded.publish(guarded.link(
                    Accepts.FORWARD,
                    "Serving",
                    Optional.of(guarded.access(guarded.server.fingerprint())),
                    1,
                    Optional.of("r"),
                    9));
            guarded.machine.script((request, wire) -> Dialogue.OLLAMA_CHAT.play(wire));

            assertThat(status(guarded)).isEqualTo(401);
            assertThat(status(guarded, "Authorization: Bearer wrong")).isEqualTo(401);
            assertThat(status(guarded, "Authorization: Bearer secret-a", "x-api-key: secret-b"))
                    .isEqualTo(401);
            assertThat(guarded.demand.signals()).isEmpty();
            assertThat(status(guarded, "Authorization: Bearer secret-a")).isEqualTo(200);
            assertThat(status(guarded, "X-Api-Key: secret-a")).isEqualTo(200);
            assertThat(status(guarded, "Authorization: Bearer sk-of-a-vendor", "x-api-key: secret-a"))
                    .isEqualTo(200);
            assertThat(guarded.post("/api/pull", "{}", "x-api-key: secret-a").status())
                    .isEqualTo(403);
            assertThat(guarded.ledger.rows()).allMatch(row -> row.keyId().equals("alice"));
            assertThat(guarded.get("/metrics").body()).contains("privatellm_key_rejections_total 3.0");
        }
    }

    private static int status(GatewayFixture guarded, String... headers) throws Exception {
        return guarded.post("/api/chat", Dialogue.OLLAMA_CHAT.request(), headers)
                .status();
    }
}
