// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.privatellm.gateway.fake.Dialogue;
import dev.privatellm.gateway.fake.GatewayFixture;
import dev.privatellm.gateway.fake.RawClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is rare but allowed, and what is neither: each gets the answer that a client of its kind expects. */
class OddClientTest {
    private static final String CHAT = Dialogue.OLLAMA_CHAT.request();

    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new GatewayFixture();
    }

    @BeforeEach
    void serve() {
        fixture.forget();
        fixture.machine.script((request, wire) -> Dialogue.OLLAMA_CHAT.play(wire));
        fixture.publish(fixture.serving());
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host: localhost\r\n", "Host: localhost\r\nConnection: keep-alive\r\n"})
    void anOldClientGetsItsStreamUntilTheConnectionCloses(String headers) throws Exception {
        try (RawClient client = fixture.connect()) {
            client.send(
                    "POST /api/chat HTTP/1.0\r\n" + headers + "Content-Length: " + CHAT.length() + "\r\n\r\n" + CHAT);

            RawClient.Head head = client.head();

            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers()).doesNotContainKey("transfer-encoding").containsEntry("connection", "close");
            assertThat(client.untilClosed()).isEqualTo(Dialogue.OLLAMA_CHAT.answer());
        }
    }

    @Test
    void anOldClientIsKeptAliveWhileItsMachineWakes() throws Exception {
        fixture.publish(fixture.asleep());
        try (RawClient client = fixture.connect()) {
            client.send("POST /api/chat HTTP/1.0\r\nContent-Length: " + CHAT.length() + "\r\n\r\n" + CHAT);
            fixture.awaitHeld(1);
            fixture.time.advance(Duration.ofSeconds(5));
            assertThat(client.head().status()).isEqualTo(200);

            fixture.publish(fixture.serving());

            assertThat(client.untilClosed()).contains("\"done\":false").endsWith(Dialogue.OLLAMA_CHAT.answer());
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        try (RawClient client = fixture.connect()) {
            client.send(post("/api/chat", CHAT) + "GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    + post("/api/chat", CHAT) + "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(client.response().body()).isEqualTo(Dialogue.OLLAMA_CHAT.answer());
            assertThat(client.response().body()).contains("\"version\"");
            assertThat(client.response().body()).isEqualTo(Dialogue.OLLAMA_CHAT.answer());
            assertThat(client.response().body()).isEqualTo("ok\n");
        }
    }

    @Test
    void aPipelinedRequestWaitsBehindAHeldOneAndBothAreForgottenWhenTheirClientLeaves() throws Exception {
        fixture.publish(fixture.asleep());
        RawClient client = fixture.connect().send(post("/api/chat", CHAT) + post("/api/chat", CHAT));
        fixture.awaitHeld(1);

        client.close();

        await().until(() -> fixture.gateway.status().running() == 0);
        assertThat(fixture.held()).isZero();
        assertThat(fixture.demand.rises()).isEqualTo(1);
        await().until(() -> !fixture.demand.signals().getLast().isPresent());
    }

    @Test
    void whoExpectsToBeToldIsToldToSendItsBody() throws Exception {
        try (RawClient client = fixture.connect()) {
            client.send("POST /api/chat HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
                    + CHAT.length() + "\r\n\r\n");
            assertThat(client.head().status()).isEqualTo(100);
            client.send(CHAT);
            assertThat(client.response().body()).isEqualTo(Dialogue.OLLAMA_CHAT.answer());
        }
    }

    @Test
    void whoExpectsToBeToldIsRefusedBeforeItSends() throws Exception {
        try (RawClient client = fixture.connect()) {
            client.send("POST /api/chat HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
                    + (1L << 40) + "\r\n\r\n");
            RawClient.Response response = client.response();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.header("Connection")).isEqualTo("close");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | no JSON object",
                "null | no JSON object",
                "[{\"model\":\"tiny\"}] | no JSON object",
                "\"tiny\" | no JSON object",
                "{\"model\":null} | no string",
                "{\"model\":\"tiny\",\"stream\":\"true\"} | neither true nor false",
                "{\"MODEL\":\"tiny\"} | MODEL: not this spelling",
                "{\"model\":\"tiny\",\"model\":\"tiny\"} | model: more than once",
                "{\"model\":\"tiny\",} | malformed JSON",
                "{\"model\":\"tiny\"}{} | more than one value"
            })
    void bodiesThatNoEngineUnderstandsWakeNothing(String body, String expected) throws Exception {
        fixture.publish(fixture.asleep());
        String[][] dialects = {
            {"/api/chat", "{\"error\":\""},
            {"/v1/chat/completions", "\"type\":\"invalid_request_error\""},
            {"/v1/messages", "{\"type\":\"error\""}
        };
        for (String[] dialect : dialects) {
            RawClient.Response response = fixture.post(dialect[0], body);
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains(dialect[1]).contains(expected);
        }
        assertThat(fixture.demand.signals()).isEmpty();
    }

    @Test
    void deepBodiesAreReadAsDeepAsToolsNestAndRefusedBeyond() throws Exception {
        assertThat(fixture.post("/api/chat", nested(300)).status()).isEqualTo(200);
        assertThat(fixture.post("/api/chat", nested(50_000)).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "tiny:latest", "gpt-4o", "default/tiny", "default/tiny:latest"})
    void aModelAnswersToEachOfItsNames(String name) throws Exception {
        RawClient.Response response = fixture.post("/api/chat", CHAT.replace("\"tiny\"", "\"" + name + "\""));

        assertThat(response.status()).isEqualTo(200);
        assertThat(fixture.machine.requests().getFirst().body()).contains("\"model\":\"tiny\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "tiny:latest", "gpt-4o"})
    void aModelIsShownUnderEachNameThatItAnswersTo(String name) throws Exception {
        assertThat(fixture.post("/api/show", "{\"model\":\"" + name + "\"}").status())
                .isEqualTo(200);
        assertThat(fixture.get("/v1/models/" + name).status()).isEqualTo(200);
        assertThat(fixture.get("/v1/models/" + name.replace(":", "%3A")).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat/", "/api/chat//", "/api/chat?beta=true", "/api/chat/?x", "/api/chat#x"})
    void thePathAloneDecidesWithoutTrailingSlashes(String target) throws Exception {
        assertThat(fixture.post(target, CHAT).status()).isEqualTo(200);
        assertThat(fixture.machine.requests().getFirst().target()).isEqualTo("/api/chat");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/%63hat",
                "/api%2Fchat",
                "/API/chat",
                "//api/chat",
                "/./api/chat",
                "/x/../api/chat",
                "/api/chat;x",
                "/api/experimental/../chat",
                "/api/experimental/%2e%2e/chat",
                "/api/blobs/../chat",
                "/api/blobs/x/y",
                "/api/experimental//chat",
                "*"
            })
    void otherSpellingsOfAPathAreNotServedAndNeverForwarded(String target) throws Exception {
        RawClient.Response response = fixture.post(target, CHAT);

        assertThat(response.status()).isEqualTo(404);
        assertThat(fixture.machine.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/chat",
                "/api/generate",
                "/v1/chat/completions",
                "/v1/messages",
                "/v1/responses",
                "/v1/models",
                "/api/tags",
                "/api/pull",
                "/",
                "/livez",
                "/status",
                "/metrics",
                "/favicon.ico"
            })
    @DisplayName("S2 a preflight is refused on every route, and grants nothing")
    void preflightsGrantNothing(String path) throws Exception {
        try (RawClient client = fixture.connect()) {
            for (String origin : new String[] {"https://evil.example", "http://localhost:3000"}) {
                client.send("OPTIONS " + path + " HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin
                        + "\r\nAccess-Control-Request-Method: POST\r\n\r\n");
                RawClient.Response response = client.response();
                assertThat(response.status()).isEqualTo(origin.contains("evil") ? 403 : 404);
                assertThat(response.headers().keySet()).noneMatch(name -> name.startsWith("access-control"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"/,200", "/api/version,200", "/api/tags,200", "/v1/models,404", "/api/chat,404", "/nothing,404"})
    void aHeadHasNoBodyAndKeepsItsConnection(String path, int status) throws Exception {
        try (RawClient client = fixture.connect()) {
            client.send("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            RawClient.Head head = client.head();
            assertThat(head.status()).isEqualTo(status);
            assertThat(Integer.parseInt(head.headers().get("content-length"))).isPositive();
            assertThat(client.get("/livez").response().body()).isEqualTo("ok\n");
        }
    }

    @Test
    void nullMeansTheDefaultOfTheApi() throws Exception {
        fixture.machine.script((request, wire) -> {
            if (request.target().equals("/api/chat")) {
                Dialogue.OLLAMA_CHAT.play(wire);
            } else {
                wire.json(200, "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}");
            }
        });
        fixture.post("/api/chat", "{\"model\":\"tiny\",\"messages\":[{}],\"stream\":null}");
        fixture.post("/v1/chat/completions", "{\"model\":\"tiny\",\"messages\":[{}],\"stream\":null}");

        await().until(() -> fixture.ledger.rows().size() == 2);
        assertThat(fixture.ledger.rows()).extracting(row -> row.streamed()).containsExactly(true, false);
    }

    @Test
    void aNameThatIsNoHostIsRefusedAlsoFromOldClients() throws Exception {
        try (RawClient client = fixture.connect()) {
            client.send("GET /api/tags HTTP/1.0\r\nHost: evil.example\r\n\r\n");
            assertThat(client.head().status()).isEqualTo(403);
        }
    }

    private static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String nested(int depth) {
        return "{\"model\":\"tiny\",\"messages\":[{}],\"tools\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
    }
}
