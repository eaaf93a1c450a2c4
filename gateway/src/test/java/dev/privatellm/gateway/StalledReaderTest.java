// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.privatellm.gateway.fake.Dialogue;
import dev.privatellm.gateway.fake.GatewayFixture;
import dev.privatellm.gateway.fake.RawClient;
import dev.privatellm.gateway.port.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Clients that are connected and take nothing. */
class StalledReaderTest {
    private GatewayFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new GatewayFixture(config ->
                new GatewayConfig(config.host(), 0, Set.of(), true, "test", stallingAfter(Duration.ofSeconds(1))));
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void aClientThatStopsReadingEndsItsGenerationAndFreesItsSlot() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        String lines = Dialogue.OLLAMA_CHAT.first().repeat(500);
        fixture.machine.script((request, wire) -> {
            wire.begin(Dialogue.OLLAMA_CHAT.contentType());
            try {
                while (true) {
                    wire.chunk(lines);
                }
            } catch (IOException closed) {
                cancelled.countDown();
                throw closed;
            }
        });
        fixture.publish(fixture.serving());
        try (RawClient stalled = fixture.connect()) {
            stalled.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            stalled.head();

            assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
            await().until(() -> fixture.inFlight() == 0);
            await().until(() -> !fixture.demand.signals().getLast().isPresent());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aConnectionIsProbedWhileNothingIsSent() throws Exception {
        fixture.publish(fixture.asleep());
        try (RawClient client = fixture.connect()) {
            client.get("/api/version").response();
            assertThat(timers(fixture.gateway.port())).singleElement().satisfies(timer -> {
                assertThat(timer).as("the timer that runs: 02 is keepalive").startsWith("02:");
                long due = Long.parseLong(timer.substring(3), 16);
                assertThat(due).as("hundredths of a second").isLessThanOrEqualTo(3_000);
            });
        }
    }

    /** The running timer of each established connection accepted on this port, as the kernel lists it. */
    private static List<String> timers(int port) throws IOException {
        String local = String.format(Locale.ROOT, ":%04X", port);
        try (Stream<String> v4 = Files.lines(Path.of("/proc/net/tcp"));
                Stream<String> v6 = Files.lines(Path.of("/proc/net/tcp6"))) {
            return Stream.concat(v4, v6)
                    .map(row -> row.strip().split(" +"))
                    .filter(columns -> columns[1].endsWith(local) && columns[3].equals("01"))
                    .map(columns -> columns[5])
                    .toList();
        }
    }

    private static Limits stallingAfter(Duration writeStall) {
        Limits ordinary = Limits.ordinary();
        return new Limits(
                ordinary.maxBodyBytes(),
                ordinary.maxHeldPerRoute(),
                ordinary.maxHeld(),
                ordinary.maxHeldBytes(),
                ordinary.maxInFlight(),
                ordinary.grace(),
                ordinary.heartbeat(),
                ordinary.silence(),
                ordinary.bootMargin(),
                ordinary.bootAllowance(),
                ordinary.connectTimeout(),
                ordinary.handshakeTimeout(),
                ordinary.firstByteTimeout(),
                ordinary.idleTimeout(),
                writeStall,
                ordinary.retryDelay(),
                ordinary.maxAttempts());
    }
}
