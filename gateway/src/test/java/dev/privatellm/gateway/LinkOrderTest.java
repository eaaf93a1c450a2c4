// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.privatellm.gateway.fake.GatewayFixture;
import dev.privatellm.gateway.fake.RawClient;
import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.port.RouteSource;
import dev.privatellm.gateway.port.Slots;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Links are read before anybody is answered, and an older one never replaces a newer. */
class LinkOrderTest {
    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new GatewayFixture();
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @Test
    void nobodyIsAnsweredBeforeTheRoutesWereRead() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        CountDownLatch reading = new CountDownLatch(1);
        CompletableFuture<List<Link>> links = new CompletableFuture<>();
        CompletableFuture<Gateway> starting = CompletableFuture.supplyAsync(() -> gateway(port, new Source() {
            @Override
            public List<Link> links() {
                reading.countDown();
                return links.join();
            }
        }));
        assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
        // Whoever can connect now is answered without routes.
        boolean listens = listens(port);
        links.complete(List.of(fixture.asleep()));
        try (Gateway gateway = starting.get(20, TimeUnit.SECONDS);
                RawClient client = new RawClient(gateway.port())) {
            assertThat(listens).isFalse();
            assertThat(client.get("/v1/models/tiny").response().status()).isEqualTo(200);
        }
    }

    @Test
    void aChangeDuringTheFirstReadingIsNotLostToIt() throws Exception {
        AtomicInteger readings = new AtomicInteger();
        AtomicReference<Runnable> listener = new AtomicReference<>();
        CompletableFuture<Void> read = new CompletableFuture<>();
        Source changing = new Source() {
            @Override
            public List<Link> links() {
                if (readings.incrementAndGet() == 1) {
                    listener.get().run();
                    // Long enough for a reading of the newer link, if there were two at a time.
                    read.completeOnTimeout(null, 1, TimeUnit.SECONDS).join();
                    return List.of(named("Older", 1));
                }
                read.complete(null);
                return List.of(named("Newer", 1));
            }

            @Override
            public Subscription subscribe(Runnable changed) {
                listener.set(changed);
                return () -> {};
            }
        };
        try (Gateway gateway = gateway(0, changing)) {
            await().until(() -> readings.get() == 2);
            await().until(() -> gateway.status().routes().getFirst().state().equals("Newer"));
        }
    }

    @Test
    void anOlderGenerationOfTheSameResourceIsPassedOver() {
        AtomicReference<List<Link>> links = new AtomicReference<>(List.of(named("Third", 3), named("Second", 2)));
        AtomicReference<Runnable> listener = new AtomicReference<>();
        Source source = new Source() {
            @Override
            public List<Link> links() {
                return links.get();
            }

            @Override
            public Subscription subscribe(Runnable changed) {
                listener.set(changed);
                return () -> {};
            }
        };
        try (Gateway gateway = gateway(0, source)) {
            assertThat(state(gateway)).isEqualTo("Third");
            Link beside = new Link(
                    new RouteId("default", "beside"),
                    "uid-2",
                    0,
                    Optional.empty(),
                    List.of("other"),
                    Map.of(),
                    1,
                    Optional.empty(),
                    Accepts.HOLD,
                    "Beside",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            links.set(List.of(named("Second", 2), beside));
            listener.get().run();
            await().until(() -> gateway.status().routes().size() == 2);

            assertThat(state(gateway)).isEqualTo("Third");
        }
    }

    private static String state(Gateway gateway) {
        return gateway.status().routes().stream()
                .filter(route -> route.name().equals("demo"))
                .findFirst()
                .orElseThrow()
                .state();
    }

    private static Link named(String state, long generation) {
        return fixture.link(Accepts.HOLD, state, Optional.empty(), generation, Optional.empty(), 4);
    }

    private static boolean listens(int port) {
        try {
            new RawClient(port).close();
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static Gateway gateway(int port, RouteSource routes) {
        return Gateway.start(
                GatewayConfig.onLoopback(port, "test"),
                new GatewayPorts(routes, fixture.demand, List::of, fixture.ledger, Slots.all(), fixture.time));
    }

    /** A source of links whose changes are told by hand. */
    private abstract static class Source implements RouteSource {
        @Override
        public Subscription subscribe(Runnable listener) {
            return () -> {};
        }
    }
}
