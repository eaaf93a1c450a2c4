// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.privatellm.gateway.fake.Dialogue;
import dev.privatellm.gateway.fake.GatewayFixture;
import dev.privatellm.gateway.fake.RawClient;
import dev.privatellm.gateway.fake.TestAuthority;
import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.Pins;
import dev.privatellm.gateway.port.Sensitive;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Machines that vanish, refuse, mislead or are somebody else's. */
class FaultTest {
    private static final Duration RETRY_DELAY = Duration.ofSeconds(5);

    private GatewayFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new GatewayFixture();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    @DisplayName("P9 a leaf of the right issuer that is not the pinned one is refused, and nothing is sent to it")
    void refusesAnUnpinnedLeaf() throws Exception {
        fixture.publish(fixture.servingUnderPin("1".repeat(64)));

        RawClient.Response response = fixture.post("/api/chat", Dialogue.OLLAMA_CHAT.request());

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).contains("could not prove that it is ours");
        assertThat(response.header("x-should-retry")).isEqualTo("false");
        assertThat(fixture.machine.requests()).isEmpty();
        System.gc();
        assertThat(fixture.get("/metrics").body())
                .contains("privatellm_pin_rejections_total 1.0")
                .contains("privatellm_held 0.0");
    }

    @Test
    @DisplayName("P9 without a pin there is no connection: the link counts as one that cannot be used")
    void withoutAPinThereIsNoConnection() throws Exception {
        fixture.publish(fixture.link(Accepts.FORWARD, "Serving", Optional.empty(), 1, Optional.of("run-1"), 4));
        try (RawClient client = fixture.connect()) {
            client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(1);
        }
        assertThat(fixture.machine.handshakes()).isZero();
    }

    @Test
    @DisplayName("C15 another machine at the old address is refused although its issuer is ours")
    void refusesAnotherMachineAtTheSameAddress() throws Exception {
        TestAuthority.Identity another = fixture.authority.issue(GatewayFixture.SERVER_NAME);
        fixture.publish(fixture.servingUnderPin(another.fingerprint()));

        RawClient.Response response = fixture.post("/api/chat", Dialogue.OLLAMA_CHAT.request());

        assertThat(response.status()).isEqualTo(503);
        assertThat(fixture.machine.requests()).isEmpty();
    }

    @Test
    void refusesAMachineOfAnotherIssuerAndOneOfAnotherName() throws Exception {
        Link.Access good = fixture.access(fixture.server.fingerprint());
        fixture.publish(fixture.link(
                Accepts.FORWARD,
                "OtherIssuer",
                Optional.of(with(good, good.serverName(), new TestAuthority().certificatePem())),
                2,
                Optional.of("r"),
                4));
        assertThat(fixture.post("/api/chat", Dialogue.OLLAMA_CHAT.request()).body())
                .contains("could not prove");

        fixture.publish(fixture.link(
                Accepts.FORWARD,
                "OtherName",
                Optional.of(with(good, "pllm-other.machine", good.trustAnchors())),
                3,
                Optional.of("r"),
                4));
        assertThat(fixture.post("/api/chat", Dialogue.OLLAMA_CHAT.request()).body())
                .contains("could not prove");
        assertThat(fixture.machine.requests()).isEmpty();
    }

    @Test
    @DisplayName("S12 by whose clock a machine's certificate is judged: by the gateway's own")
    void refusesACertificateThatIsNotYetValidByItsOwnClock() throws Exception {
        fixture.time.turnBack(Duration.ofDays(3));
        fixture.publish(fixture.serving());

        assertThat(fixture.post("/api/chat", Dialogue.OLLAMA_CHAT.request()).body())
                .contains("could not prove");
        assertThat(fixture.machine.requests()).isEmpty();
    }

    @Test
    void aNewGenerationHasConnectionsAndSessionsOfItsOwn() throws Exception {
        fixture.machine.script((request, wire) -> Dialogue.OLLAMA_CHAT.play(wire));
        fixture.publish(fixture.serving());
        assertThat(fixture.post("/api/chat", Dialogue.OLLAMA_CHAT.request()).status())
                .isEqualTo(200);

        fixture.publish(fixture.link(
                Accepts.FORWARD, "Renewed", Optional.of(fixture.access("2".repeat(64))), 2, Optional.of("run-1"), 4));

        assertThat(fixture.post("/api/chat", Dialogue.OLLAMA_CHAT.request()).status())
                .isEqualTo(503);
        assertThat(fixture.machine.requests()).hasSize(1);
    }

    @Test
    @DisplayName("X6 any attempt sees reloaded certificates, not only the first")
    void everyAttemptSeesReloadedCertificates() throws Exception {
        fixture.machine.script((request, wire) -> Dialogue.OLLAMA_CHAT.play(wire));
        fixture.publish(fixture.servingUnderPin("2".repeat(64)));
        fixture.machine.vanish();
        try (RawClient client = fixture.connect().post("/api/chat", Dialogue.OLLAMA_CHAT.request())) {
            fixture.awaitHeld(1);
            for (int attempt = 0; attempt < 3; attempt++) {
                fixture.time.advance(RETRY_DELAY);
            }

            fixture.publish(fixture.link(
                    Accepts.FORWARD,
                    "Renewed",
                    Optional.of(fixture.access(fixture.server.fingerprint())),
                    2,
                    Optional.of("run-1"),
                    4));
            fixture.machine.comeBack();
            fixture.time.advance(RETRY_DELAY);

            assertThat(client.response().body()).endsWith(Dialogue.OLLAMA_CHAT.answer());
        }
        assertThat(fixture.machine.requests()).hasSize(1);
    }

    @Test
    @DisplayName("C16 a machine that is on its way down finishes what it has begun")
    void aLinkWithoutAccessLeavesWhatRunsOnIt() throws Exception {
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        fixture.machine.script((request, wire) -> {
            goOn.join();
            Dialogue.OLLAMA_CHAT.play(wire);
        });
        fixture.publish(fixture.serving());
        try (RawClient streaming = fixture.connect()) {
            streaming.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            await().until(() -> fixture.machine.requests().size() == 1);

            fixture.publish(fixture.asleep());
            goOn.complete(null);

            assertThat(streaming.response().body()).endsWith(Dialogue.OLLAMA_CHAT.answer());
        }
    }

    @Test
    @DisplayName("C16 a link that trusts nobody any more cuts what runs on it, and calls are held")
    void aLinkOfNobodyCutsWhatRunsOnIt() throws Exception {
        fixture.machine.script((request, wire) -> {
            wire.begin(Dialogue.OLLAMA_CHAT.contentType());
            wire.chunk(Dialogue.OLLAMA_CHAT.first());
            wire.awaitClosed();
        });
        fixture.publish(fixture.serving());
        try (RawClient streaming = fixture.connect();
                RawClient next = fixture.connect()) {
            streaming.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            streaming.head();
            assertThat(streaming.nextChunk()).isEqualTo(Dialogue.OLLAMA_CHAT.first());

            fixture.publish(fixture.distrusted());

            assertThat(streaming.nextChunk()).contains("\"error\":");
            assertThat(streaming.nextChunk()).isNull();
            next.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(1);
        }
    }

    @Test
    @DisplayName("P13 all waiters share the recovery of a machine that vanished, and none is lost when it comes back")
    void waitersShareTheRecovery() throws Exception {
        fixture.machine.script((request, wire) -> Dialogue.OLLAMA_CHAT.play(wire));
        fixture.publish(fixture.serving());
        fixture.machine.vanish();
        RawClient[] clients = new RawClient[20];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = fixture.connect().post("/api/chat", Dialogue.OLLAMA_CHAT.request());
        }
        fixture.awaitHeld(20);
        assertThat(fixture.demand.rises()).isEqualTo(1);

        fixture.machine.comeBack();
        fixture.time.advance(RETRY_DELAY);

        for (RawClient client : clients) {
            assertThat(client.response().body()).endsWith(Dialogue.OLLAMA_CHAT.answer());
            client.close();
        }
        assertThat(fixture.machine.requests()).hasSize(20);
    }

    @Test
    @DisplayName(
            "P13 R9 a machine that is said to serve and never answers is given up after twelve attempts, for all waiters at once")
    void givesUpAfterTwelveAttempts() throws Exception {
        fixture.publish(fixture.serving());
        fixture.machine.vanish();
        RawClient first = fixture.connect().post("/api/chat", Dialogue.OLLAMA_CHAT.request());
        RawClient second = fixture.connect().post("/v1/chat/completions", Dialogue.OPENAI_CHAT.request());
        fixture.awaitHeld(2);
        await().until(() -> {
            fixture.time.advance(RETRY_DELAY);
            return fixture.held() == 0;
        });

        assertThat(first.response().body())
                .contains("\"error\":\"the machine of default/demo is said to serve but does not answer");
        assertThat(second.response().body()).contains("does not answer");
        first.close();
        second.close();
    }

    @Test
    @DisplayName("R8 a request that may have been processed is never sent twice")
    void neverRepeatsWhatMayHaveBeenProcessed() throws Exception {
        AtomicInteger generations = new AtomicInteger();
        fixture.machine.script((request, wire) -> {
            generations.incrementAndGet();
            wire.cut();
        });
        fixture.publish(fixture.serving());

        RawClient.Response response = fixture.post("/api/chat", Dialogue.OLLAMA_CHAT.request());

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("x-should-retry")).isEqualTo("true");
        assertThat(Integer.parseInt(response.header("Retry-After"))).isBetween(1, 55);
        fixture.time.advance(Duration.ofMinutes(10));
        assertThat(generations.get()).isEqualTo(1);
    }

    @Test
    @DisplayName("R8 a 503 that says not forwarded is repeated, an unmarked one and other failures are passed on")
    void repeatsOnlyWhatTheMachineSaysItDidNotForward() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        fixture.machine.script((request, wire) -> {
            if (calls.incrementAndGet() == 1) {
                wire.json(503, "{\"error\":\"draining\"}", "x-pllm-not-forwarded: draining");
            } else {
                Dialogue.OLLAMA_CHAT.play(wire);
            }
        });
        fixture.publish(fixture.serving());
        try (RawClient client = fixture.connect()) {
            client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(1);
            fixture.time.advance(RETRY_DELAY);
            assertThat(client.response().body()).endsWith(Dialogue.OLLAMA_CHAT.answer());
        }
        for (int status : new int[] {429, 500, 502, 503}) {
            calls.set(0);
            fixture.machine.script((request, wire) -> {
                calls.incrementAndGet();
                wire.json(status, "{\"error\":\"its own\"}");
            });
            assertThat(fixture.post("/api/chat", Dialogue.OLLAMA_CHAT.request()).status())
                    .isEqualTo(status);
            assertThat(calls.get()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("R8 a client that leaves during the pause before an attempt ends it at once")
    void leavingEndsTheRetry() throws Exception {
        fixture.publish(fixture.serving());
        fixture.machine.vanish();
        RawClient client = fixture.connect().post("/api/chat", Dialogue.OLLAMA_CHAT.request());
        fixture.awaitHeld(1);

        client.close();
        await().until(() -> fixture.held() == 0);

        fixture.machine.comeBack();
        fixture.time.advance(Duration.ofMinutes(1));
        assertThat(fixture.machine.requests()).isEmpty();
    }

    @Test
    void aMachineThatVanishesWhileServingEndsItsStreamsAndIsWantedAgain() throws Exception {
        fixture.machine.script((request, wire) -> {
            wire.begin(Dialogue.OLLAMA_CHAT.contentType());
            wire.chunk(Dialogue.OLLAMA_CHAT.first());
            wire.awaitClosed();
        });
        fixture.publish(fixture.serving());
        try (RawClient streaming = fixture.connect();
                RawClient next = fixture.connect()) {
            streaming.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            streaming.head();
            assertThat(streaming.nextChunk()).isEqualTo(Dialogue.OLLAMA_CHAT.first());

            fixture.machine.vanish();

            assertThat(streaming.nextChunk()).contains("\"error\":\"the answer was cut off");
            assertThat(streaming.nextChunk()).isNull();
            await().until(() -> !fixture.demand.signals().getLast().isPresent());
            next.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(1);
            assertThat(fixture.demand.rises()).isEqualTo(2);

            fixture.machine.script((request, wire) -> Dialogue.OLLAMA_CHAT.play(wire));
            fixture.publish(fixture.asleep());
            fixture.machine.comeBack();
            fixture.publish(fixture.serving());
            assertThat(next.response().body()).isEqualTo(Dialogue.OLLAMA_CHAT.answer());
        }
    }

    @Test
    @DisplayName("P14 the list of running models is an error while the machine is unreachable, never an empty list")
    void unreachableIsNoEmptyList() throws Exception {
        fixture.publish(fixture.asleep());
        assertThat(fixture.get("/api/ps").body()).isEqualTo("{\"models\":[]}");
        fixture.publish(fixture.serving());
        assertThat(fixture.get("/api/ps").body()).contains("tiny");
        fixture.machine.vanish();
        try (RawClient client = fixture.connect()) {
            client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(1);

            RawClient.Response response = fixture.get("/api/ps");

            assertThat(response.status()).isEqualTo(503);
            assertThat(response.body()).startsWith("{\"error\":\"").contains("does not answer");
        }
    }

    @Test
    void aDeniedBearerIsTheGatewaysTroubleAndNotTheClients() throws Exception {
        fixture.machine.script((request, wire) -> wire.json(401, "{\"error\":\"bearer\"}"));
        fixture.publish(fixture.serving());

        RawClient.Response response = fixture.post("/v1/chat/completions", Dialogue.OPENAI_CHAT.request());

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).contains("does not accept this gateway's bearer");
    }

    @Test
    void drainingEndsHoldsWithARetryableErrorAndLetsStreamsFinish() throws Exception {
        fixture.machine.script((request, wire) -> {
            wire.begin(Dialogue.OLLAMA_CHAT.contentType());
            wire.chunk(Dialogue.OLLAMA_CHAT.first());
            await().atMost(10, TimeUnit.SECONDS)
                    .until(() -> fixture.gateway.status().draining());
            wire.chunk(Dialogue.OLLAMA_CHAT.last());
            wire.finish();
        });
        fixture.publish(fixture.serving(1));
        try (RawClient streaming = fixture.connect();
                RawClient waiting = fixture.connect();
                RawClient probe = fixture.connect()) {
            assertThat(probe.get("/readyz").response().status()).isEqualTo(200);
            streaming.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            streaming.head();
            waiting.post("/v1/chat/completions", Dialogue.OPENAI_CHAT.request());
            fixture.awaitHeld(1);

            assertThat(fixture.gateway.drain(Duration.ofSeconds(20))).isTrue();

            assertThat(waiting.response().status()).isEqualTo(503);
            assertThat(streaming.nextChunk()).isEqualTo(Dialogue.OLLAMA_CHAT.first());
            assertThat(streaming.nextChunk()).isEqualTo(Dialogue.OLLAMA_CHAT.last());
            assertThat(streaming.nextChunk()).isEmpty();
        }
    }

    private static Link.Access with(Link.Access good, String serverName, String anchors) {
        return new Link.Access(
                good.endpoint(),
                serverName,
                new Pins(good.pins().current(), Optional.empty()),
                good.certificate(),
                new Sensitive("client key", good.key().value()),
                anchors,
                good.inferToken(),
                good.manageToken());
    }
}
