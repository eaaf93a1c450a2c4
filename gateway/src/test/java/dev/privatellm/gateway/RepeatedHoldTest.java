// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.privatellm.gateway.fake.Dialogue;
import dev.privatellm.gateway.fake.GatewayFixture;
import dev.privatellm.gateway.fake.RawClient;
import dev.privatellm.gateway.port.Limits;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Requests that are held more than once, and what of them is left behind when something fails on the way. */
class RepeatedHoldTest {
    private static final Duration RETRY_DELAY = Duration.ofSeconds(3);
    private static final Duration GRACE = Limits.ordinary().grace();
    private static final Duration SILENCE = Limits.ordinary().silence();

    private GatewayFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new GatewayFixture(config -> new GatewayConfig(
                config.host(),
                0,
                config.allowedHosts(),
                true,
                "test",
                GatewayFixture.limits(9, 1 << 20, 1 << 20, RETRY_DELAY)));
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    @DisplayName("C1 a client hears of us a grace after it asked, however often its request was tried meanwhile")
    void theGraceCountsFromArrival() throws Exception {
        fixture.publish(fixture.serving());
        fixture.machine.vanish();
        try (RawClient client = fixture.connect()) {
            client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            awaitHeldAgain();
            fixture.time.advance(RETRY_DELAY);
            awaitHeldAgain();
            assertThat(client.hasBytes()).isFalse();

            fixture.time.advance(GRACE.minus(RETRY_DELAY));

            assertThat(client.head().status()).isEqualTo(200);
            assertThat(client.nextChunk()).contains("\"done\":false");
        }
    }

    @Test
    @DisplayName("C1 the longest silence counts from arrival too, where no sign of life is known")
    void theSilenceCountsFromArrival() throws Exception {
        fixture.publish(fixture.serving());
        fixture.machine.script((request, wire) -> {
            fixture.time.advance(SILENCE.minus(RETRY_DELAY));
            wire.json(503, "{\"error\":\"draining\"}", "x-pllm-not-forwarded: draining");
        });
        try (RawClient client = fixture.connect()) {
            client.post(Dialogue.ANTHROPIC_MESSAGES.path(), Dialogue.ANTHROPIC_MESSAGES.request());
            awaitHeldAgain();
            fixture.publish(fixture.asleep());

            fixture.time.advance(RETRY_DELAY);

            assertThat(client.response().status()).isEqualTo(503);
        }
    }

    @Test
    void aSignOfLifeThatWasCalledOffIsNotGiven() throws Exception {
        try (GatewayFixture equal = new GatewayFixture()) {
            assertThat(Limits.ordinary().retryDelay()).isEqualTo(GRACE);
            equal.publish(equal.serving());
            equal.machine.vanish();
            try (RawClient client = equal.connect()) {
                client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
                await().until(() -> equal.held() == 1 && equal.time.pending() == 4);
                equal.machine.script((request, wire) -> wire.json(404, "{\"error\":\"no such model\"}"));
                equal.machine.comeBack();

                equal.time.advance(GRACE);

                assertThat(client.response().status()).isEqualTo(404);
            }
        }
    }

    @Test
    void aFaultOfOursEndsTheGenerationToo() throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        CompletableFuture<Void> armed = new CompletableFuture<>();
        fixture.machine.script((request, wire) -> {
            wire.begin(Dialogue.OLLAMA_CHAT.contentType());
            armed.join();
            wire.chunk(Dialogue.OLLAMA_CHAT.first());
            wire.awaitClosed();
            ended.complete(null);
        });
        fixture.publish(fixture.serving());
        try (RawClient client = fixture.connect()) {
            client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            assertThat(client.head().status()).isEqualTo(200);
            fixture.time.failNext();
            armed.complete(null);

            assertThat(client.nextChunk()).contains("\"error\"");
            assertThat(client.nextChunk()).isNull();
        }
        await().until(ended::isDone);
        await().until(() -> fixture.gateway.status().running() == 0 && fixture.inFlight() == 0);
        assertThat(fixture.demand.signals().getLast().isPresent()).isFalse();
    }

    @Test
    @DisplayName("P13 a machine that is full is asked again until it is not, and is not called unreachable meanwhile")
    void aFullMachineIsAskedAgain() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        fixture.machine.script((request, wire) -> {
            if (calls.incrementAndGet() <= 15) {
                wire.json(503, "{\"error\":\"full\"}", "x-pllm-not-forwarded: full");
            } else {
                Dialogue.OLLAMA_CHAT.play(wire);
            }
        });
        fixture.publish(fixture.serving());
        try (RawClient client = fixture.connect()) {
            client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            for (int refusals = 1; refusals <= 15; refusals++) {
                int expected = refusals;
                await().until(() -> calls.get() == expected && fixture.held() == 1);
                assertThat(fixture.get("/api/ps").status()).isEqualTo(200);
                fixture.time.advance(RETRY_DELAY);
            }

            assertThat(client.response().body()).endsWith(Dialogue.OLLAMA_CHAT.answer());
        }
    }

    @Test
    @DisplayName("P7 a call that meets a machine which will not come any more is told why at once")
    void turnedAwayIntoARefusal() throws Exception {
        CompletableFuture<Void> refusing = new CompletableFuture<>();
        fixture.machine.script((request, wire) -> {
            refusing.join();
            wire.json(503, "{\"error\":\"draining\"}", "x-pllm-not-forwarded: draining");
        });
        fixture.publish(fixture.serving());
        try (RawClient client = fixture.connect()) {
            client.post("/v1/chat/completions", Dialogue.OPENAI_CHAT.request());
            await().until(() -> fixture.machine.requests().size() == 1);
            fixture.publish(fixture.refusing("SleepingByPolicy", "stopped by hand", Optional.empty()));
            refusing.complete(null);

            RawClient.Response response = client.response();

            assertThat(response.status()).isEqualTo(503);
            assertThat(response.body()).contains("stopped by hand").contains("\"type\":\"server_error\"");
        }
        assertThat(fixture.held()).isZero();
    }

    @Test
    void anEnginesErrorThatIsCutIsToldAllTheSame() throws Exception {
        fixture.publish(fixture.asleep());
        fixture.machine.script((request, wire) -> {
            wire.send("HTTP/1.1 500 Any\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n{\"err");
            wire.cut();
        });
        try (RawClient client = fixture.connect()) {
            client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(1);
            fixture.time.advance(GRACE);
            fixture.publish(fixture.serving());

            RawClient.Response response = client.response();

            assertThat(response.body()).contains("\"error\":\"");
            assertThat(response.complete()).isFalse();
        }
    }

    /** Held after an attempt: its deadline, its next sign of life, the pause of all and the renewal of demand are set. */
    private void awaitHeldAgain() {
        await().until(() -> fixture.held() == 1 && fixture.time.pending() == 4);
    }
}
