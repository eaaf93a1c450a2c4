// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import dev.privatellm.gateway.fake.RecordingDemand;
import dev.privatellm.gateway.fake.VirtualTimepiece;
import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.Pins;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.port.Sensitive;
import dev.privatellm.gateway.port.Slots;
import dev.privatellm.gateway.schema.Failure;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

/** One gate with its ports in memory, and a log of what its waiters are told. */
abstract class GateScene {
    static final RouteId ROUTE = new RouteId("default", "demo");
    static final Arrival ANYBODY = new Arrival(true, Optional.empty());
    static final Arrival READER = new Arrival(false, Optional.empty());
    static final Duration RETRY_DELAY = Limits.ordinary().retryDelay();

    final VirtualTimepiece time = new VirtualTimepiece();
    final RecordingDemand demand = new RecordingDemand();
    final Gates gates = new Gates(Limits.ordinary(), Slots.all(), time, demand, _ -> new Gates.Usage(0, Map.of()));
    final List<String> log = new ArrayList<>();

    @BeforeEach
    void begin() {
        gates.update(List.of(link(Accepts.HOLD, 2)));
    }

    final List<Ticket> enter(String... names) {
        List<Ticket> tickets = new ArrayList<>();
        for (String name : names) {
            tickets.add(gates.gate(ROUTE).orElseThrow().enter(ANYBODY, waiter(name)));
        }
        return tickets;
    }

    final Waiter waiter(String name) {
        return new Waiter() {
            @Override
            public void admitted(Ticket ticket, Link link) {
                log.add(name + " admitted");
            }

            @Override
            public void held(Ticket ticket) {
                log.add(name + " held");
            }

            @Override
            public void refused(Failure failure) {
                log.add(name + " refused " + failure.reason());
            }
        };
    }

    final Link booting(Duration left) {
        return link(Accepts.HOLD, 2, Optional.of(time.now().plus(left)));
    }

    static Link link(Accepts accepts, int slots) {
        return link(accepts, slots, Optional.empty());
    }

    private static Link link(Accepts accepts, int slots, Optional<Instant> bootDeadline) {
        Link.Access access = new Link.Access(
                URI.create("https://127.0.0.1:1"),
                "machine",
                new Pins("1".repeat(64), Optional.empty()),
                "certificate",
                new Sensitive("key", "key"),
                "anchors",
                new Sensitive("token", "token"),
                Optional.empty());
        return new Link(
                ROUTE,
                "uid",
                1,
                Optional.of(access),
                List.of("tiny"),
                Map.of(),
                slots,
                Optional.empty(),
                accepts,
                "State",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                bootDeadline,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
