// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.privatellm.gateway.fake.Dialogue;
import dev.privatellm.gateway.fake.GatewayFixture;
import dev.privatellm.gateway.fake.RawClient;
import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.port.Demand;
import dev.privatellm.gateway.port.UsageRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Requests to a machine that sleeps, over real sockets and stepped time. */
class ColdPathTest {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final String WHOLE =
            "{\"model\":\"tiny\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String WHOLE_ANSWER =
            "{\"id\":\"c\",\"choices\":[{\"message\":{\"content\":\"Hello\"}}],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":3}}";

    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new GatewayFixture();
    }

    @BeforeEach
    void sleep() {
        fixture.forget();
        fixture.publish(fixture.asleep());
        fixture.machine.script((request, wire) -> {
            if (request.target().equals("/api/chat")) {
                Dialogue.OLLAMA_CHAT.play(wire);
            } else if (request.body().contains("\"stream\":false")) {
                wire.json(200, WHOLE_ANSWER);
            } else {
                Dialogue.OPENAI_CHAT.play(wire);
            }
        });
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @Test
    void aShortWaitIsInvisible() throws Exception {
        try (RawClient client = fixture.connect()) {
            client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(1);

            fixture.time.advance(GRACE.minusMillis(1));
            fixture.publish(fixture.serving());

            RawClient.Response response = client.response();
            assertThat(response.body()).isEqualTo(Dialogue.OLLAMA_CHAT.answer());
            assertThat(response.header("Cache-Control")).isEmpty();
        }
        assertThat(row().held()).isEqualTo(GRACE.minusMillis(1));
        assertThat(row().wakeCaused()).isTrue();
        assertThat(row().runId()).contains("run-1");
    }

    @Test
    @DisplayName("C1 an Ollama stream is kept alive by empty chunks until the engine's own stream follows")
    void keepsOllamaStreamsAlive() throws Exception {
        try (RawClient client = fixture.connect()) {
            client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(1);
            fixture.time.advance(GRACE);

            RawClient.Head head = client.head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers())
                    .containsEntry("content-type", "application/x-ndjson")
                    .containsEntry("cache-control", "no-cache, no-transform")
                    .containsEntry("x-accel-buffering", "no")
                    .containsEntry("x-privatellm-state", "Stopped");
            assertThat(client.nextChunk()).contains("\"done\":false").contains("\"content\":\"\"");
            fixture.awaitHeld(1);
            fixture.time.advance(HEARTBEAT);
            assertThat(client.nextChunk()).contains("\"done\":false");

            fixture.publish(fixture.serving());

            assertThat(client.restOfBody()).isEqualTo(Dialogue.OLLAMA_CHAT.answer());
        }
        assertThat(row().usage().confidence()).isEqualTo(Confidence.EXACT);
        assertThat(row().usage().output()).hasValue(3);
    }

    @Test
    @DisplayName("C22 a chat stream is kept alive by comments without an id")
    void keepsChatStreamsAlive() throws Exception {
        try (RawClient client = fixture.connect()) {
            client.post(Dialogue.OPENAI_CHAT.path(), Dialogue.OPENAI_CHAT.request());
            fixture.awaitHeld(1);
            fixture.time.advance(GRACE);

            assertThat(client.head().headers()).containsEntry("content-type", "text/event-stream");
            assertThat(client.nextChunk()).startsWith(":").doesNotContain("id:");

            fixture.publish(fixture.serving());
            assertThat(client.restOfBody()).isEqualTo(Dialogue.OPENAI_CHAT.answer());
        }
    }

    @Test
    void keepsWholeAnswersAliveByNewlinesBeforeTheJson() throws Exception {
        try (RawClient client = fixture.connect()) {
            client.post("/v1/chat/completions", WHOLE);
            fixture.awaitHeld(1);
            fixture.time.advance(GRACE);
            assertThat(client.head().headers()).containsEntry("content-type", "application/json");
            assertThat(client.nextChunk()).isEqualTo("\n");
            fixture.awaitHeld(1);
            fixture.time.advance(HEARTBEAT);

            fixture.publish(fixture.serving());

            assertThat(client.restOfBody()).isEqualTo("\n" + WHOLE_ANSWER);
        }
        assertThat(row().usage().input()).hasValue(11);
    }

    @Test
    void tellsAnEnginesErrorWithinAStreamThatWasCommitted() throws Exception {
        fixture.machine.script((request, wire) -> wire.json(404, "{\"error\":\"model 'tiny' not found\"}"));
        try (RawClient client = fixture.connect()) {
            client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(1);
            fixture.time.advance(GRACE);
            fixture.publish(fixture.serving());

            RawClient.Response response = client.response();

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).contains("\"error\":\"model 'tiny' not found");
            assertThat(response.complete()).isFalse();
        }
    }

    @Test
    void tellsAnEnginesErrorAsTheWholeAnswerThatWasCommitted() throws Exception {
        fixture.machine.script((request, wire) -> wire.json(400, "{\"error\":{\"message\":\"too long\"}}"));
        try (RawClient client = fixture.connect()) {
            client.post("/v1/chat/completions", WHOLE);
            fixture.awaitHeld(1);
            fixture.time.advance(GRACE);
            fixture.publish(fixture.serving());

            RawClient.Response response = client.response();

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).startsWith("\n{\"error\":{").contains("too long");
            assertThat(response.complete()).isTrue();
        }
    }

    @Test
    void toldToComeAgainAfterAMinuteWhereNoHeartbeatIsKnown() throws Exception {
        fixture.publish(fixture.booting());
        try (RawClient client = fixture.connect()) {
            client.post(Dialogue.ANTHROPIC_MESSAGES.path(), Dialogue.ANTHROPIC_MESSAGES.request());
            fixture.awaitHeld(1);
            fixture.time.advance(Duration.ofSeconds(59));
            assertThat(client.hasBytes()).isFalse();

            fixture.time.advance(Duration.ofSeconds(1));

            RawClient.Response response = client.response();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.body())
                    .contains("overloaded_error")
                    .contains("loading")
                    .contains("about 28 s left");
            assertThat(response.header("Retry-After")).isEqualTo("28");
            assertThat(response.header("x-should-retry")).isEqualTo("true");
            assertThat(response.header("X-PrivateLlm-Stage")).isEqualTo("loading");
            assertThat(response.header("X-PrivateLlm-Eta-Seconds")).isEqualTo("28");
        }
        assertThat(fixture.held()).isZero();
    }

    @Test
    @DisplayName("C2 Retry-After is never more than 55 s, and a client that says how little it waits is told at once")
    void neverAsksForMorePatienceThanClientsHave() throws Exception {
        fixture.publish(fixture.booting());

        RawClient.Response response =
                fixture.post("/v1/chat/completions", WHOLE, "x-stainless-timeout: 60", "x-stainless-read-timeout: 600");

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("Retry-After")).isEqualTo("55");
        assertThat(response.header("retry-after-ms")).isEqualTo("55000");
        assertThat(fixture.machine.requests()).isEmpty();
    }

    @Test
    @DisplayName("C21 a 503 says that its connection ends, so that no idle close burns a retry")
    void closesWithUnavailable() throws Exception {
        fixture.publish(fixture.refusing(
                "ZoneStockout",
                "no zone has such a machine now",
                Optional.of(fixture.time.now().plusSeconds(300))));
        try (RawClient client = fixture.connect()) {
            RawClient.Response response =
                    client.post("/v1/chat/completions", WHOLE).response();

            assertThat(response.status()).isEqualTo(503);
            assertThat(response.header("Connection")).isEqualTo("close");
            assertThat(response.header("Retry-After")).isEqualTo("55");
            assertThat(response.body()).contains("ZoneStockout").contains("no zone has such a machine now");
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    @Test
    @DisplayName("P7 held calls end in their dialect when the machine is not going to come")
    void endsHeldCallsWhenTheMachineWillNotCome() throws Exception {
        try (RawClient committed = fixture.connect();
                RawClient quiet = fixture.connect()) {
            committed.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(1);
            fixture.time.advance(GRACE);
            quiet.post("/v1/chat/completions", WHOLE);
            fixture.awaitHeld(2);

            fixture.publish(
                    fixture.refusing("PermissionDenied", "compute.instances.create is missing", Optional.empty()));

            RawClient.Response within = committed.response();
            assertThat(within.body()).contains("\"error\":\"PermissionDenied: compute.instances.create is missing");
            assertThat(within.complete()).isFalse();
            RawClient.Response whole = quiet.response();
            assertThat(whole.status()).isEqualTo(503);
            assertThat(whole.body()).contains("\"type\":\"server_error\"").contains("PermissionDenied");
            assertThat(whole.header("x-should-retry")).isEqualTo("false");
        }
        assertThat(fixture.held()).isZero();
    }

    @Test
    @DisplayName("P7 no call is held longer than its boot may take, and a margin")
    void endsHeldCallsAtTheirDeadline() throws Exception {
        fixture.publish(fixture.booting());
        try (RawClient client = fixture.connect()) {
            client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(1);
            fixture.time.advance(Duration.ofSeconds(959));
            assertThat(fixture.held()).isEqualTo(1);

            fixture.time.advance(Duration.ofSeconds(1));

            RawClient.Response response = client.response();
            assertThat(response.body()).contains("\"error\":\"the machine did not serve within its deadline");
            assertThat(response.complete()).isFalse();
        }
        assertThat(row().reason()).contains("ActivationDeadlineExceeded");
        assertThat(row().held()).isEqualTo(Duration.ofMinutes(16));
    }

    @Test
    void twoHundredClientsAreOneWakeAndNoneIsLost() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(fixture.connect().post("/api/chat", Dialogue.OLLAMA_CHAT.request()));
        }
        fixture.awaitHeld(200);

        fixture.publish(fixture.serving());

        for (RawClient client : clients) {
            RawClient.Response response = client.response();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(Dialogue.OLLAMA_CHAT.answer());
            client.close();
        }
        await().until(() -> fixture.ledger.rows().size() == 200);
        assertThat(fixture.demand.rises()).isEqualTo(1);
        assertThat(fixture.ledger.rows().stream().filter(UsageRow::wakeCaused)).hasSize(1);
        assertThat(fixture.machine.requests()).hasSize(200);
    }

    @Test
    void releasesInOrderOfArrivalAsManyAsTheEngineHasSlots() throws Exception {
        Semaphore answers = new Semaphore(0);
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        fixture.machine.script((request, wire) -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            answers.acquire();
            atOnce.decrementAndGet();
            Dialogue.OLLAMA_CHAT.play(wire);
        });
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String body = "{\"model\":\"tiny\",\"messages\":[{\"content\":\"number " + i + "\"}]}";
            clients.add(fixture.connect().post("/api/chat", body));
            int arrived = i + 1;
            fixture.awaitHeld(arrived);
        }

        fixture.publish(fixture.serving(2));
        await().until(() -> fixture.machine.requests().size() == 2);
        assertThat(fixture.held()).isEqualTo(4);
        // One answer at a time frees one slot at a time: who takes it is then not a matter of which connection is
        // faster.
        for (int arrived = 3; arrived <= 6; arrived++) {
            int expected = arrived;
            answers.release();
            await().until(() -> fixture.machine.requests().size() == expected);
        }
        answers.release(2);

        for (RawClient client : clients) {
            assertThat(client.response().complete()).isTrue();
            client.close();
        }
        assertThat(most.get()).isLessThanOrEqualTo(2);
        String order = fixture.machine.requests().stream()
                .map(request -> request.body().replaceAll("\\D", ""))
                .collect(Collectors.joining());
        assertThat(order).isIn("012345", "102345");
    }

    @Test
    @DisplayName("R3 a caller who hangs up ends its own hold and never the wake")
    void hangingUpEndsOnlyTheOwnHold() throws Exception {
        try (RawClient stays = fixture.connect()) {
            RawClient leaves = fixture.connect().post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(1);
            stays.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(2);

            leaves.close();

            fixture.awaitHeld(1);
            assertThat(fixture.demand.signals()).allMatch(Demand::isPresent);
            fixture.publish(fixture.serving());
            assertThat(stays.response().body()).isEqualTo(Dialogue.OLLAMA_CHAT.answer());
        }
        assertThat(fixture.machine.requests()).hasSize(1);
    }

    @Test
    void demandIsRenewedWhileSomebodyWaitsAndEndsAfterwards() throws Exception {
        RawClient client = fixture.connect().post("/api/chat", Dialogue.OLLAMA_CHAT.request());
        fixture.awaitHeld(1);
        fixture.time.advance(Demand.RENEWAL_PERIOD.multipliedBy(3));
        client.close();

        await().until(() -> fixture.held() == 0);
        await().until(() -> !fixture.demand.signals().getLast().isPresent());

        assertThat(fixture.demand.signals()).extracting(Demand::held).containsExactly(1, 1, 1, 1, 0);
        assertThat(fixture.demand.signals()).extracting(Demand::seq).isSorted();
        fixture.time.advance(Duration.ofMinutes(5));
        assertThat(fixture.demand.signals()).hasSize(5);
    }

    private static UsageRow row() {
        await().until(() -> !fixture.ledger.rows().isEmpty());
        return fixture.ledger.rows().getFirst();
    }
}
