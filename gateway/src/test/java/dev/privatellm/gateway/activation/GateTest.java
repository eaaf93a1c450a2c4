// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.gateway.fake.RecordingDemand;
import dev.privatellm.gateway.fake.VirtualTimepiece;
import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.Demand;
import dev.privatellm.gateway.port.DemandSignal;
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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final RouteId ROUTE = new RouteId("default", "demo");
    private static final Arrival ANYBODY = new Arrival(true, Optional.empty());
    private static final Duration RETRY_DELAY = Limits.ordinary().retryDelay();

    private final VirtualTimepiece time = new VirtualTimepiece();
    private final RecordingDemand demand = new RecordingDemand();
    private final Gates gates =
            new Gates(Limits.ordinary(), Slots.all(), time, demand, _ -> new Gates.Usage(0, Map.of()));
    private final List<String> log = new ArrayList<>();

    @BeforeEach
    void begin() {
        gates.update(List.of(link(Accepts.HOLD, 2)));
    }

    @Test
    void holdsInOrderAndReleasesAsManyAsThereAreSlots() {
        List<Ticket> tickets = enter("a", "b", "c");

        gates.update(List.of(link(Accepts.FORWARD, 2)));
        assertThat(log).containsExactly("a held", "b held", "c held", "a admitted", "b admitted");

        tickets.getFirst().leave();
        assertThat(log).endsWith("c admitted");
    }

    @Test
    void whoIsTurnedAwayKeepsItsPlaceBeforeThoseWhoCameLater() {
        gates.update(List.of(link(Accepts.FORWARD, 1)));
        List<Ticket> tickets = enter("a", "b");

        tickets.getFirst().turnedAway();
        time.advance(RETRY_DELAY);

        assertThat(log).containsExactly("a admitted", "b held", "a held", "a admitted");
    }

    @Test
    @DisplayName("P13 after a failed attempt one request tries for all, and its success lets the others follow")
    void oneTriesForAll() {
        gates.update(List.of(link(Accepts.FORWARD, 9)));
        List<Ticket> tickets = enter("a", "b", "c");
        tickets.forEach(Ticket::turnedAway);
        log.clear();

        time.advance(RETRY_DELAY);
        assertThat(log).containsExactly("a admitted");

        tickets.getFirst().answered();
        assertThat(log).containsExactly("a admitted", "b admitted", "c admitted");
    }

    @Test
    void whoLeavesWhileTryingForAllHandsTheTrialOn() {
        gates.update(List.of(link(Accepts.FORWARD, 9)));
        List<Ticket> tickets = enter("a", "b");
        tickets.forEach(Ticket::turnedAway);
        time.advance(RETRY_DELAY);
        log.clear();

        tickets.getFirst().leave();

        assertThat(log).containsExactly("b admitted");
    }

    @Test
    @DisplayName("R9 twelve attempts against a machine that never answers are the end, for all who shared them")
    void twelveAttemptsAreTheEnd() {
        gates.update(List.of(link(Accepts.FORWARD, 9)));
        List<Ticket> tickets = enter("a", "b");
        tickets.get(1).turnedAway();
        tickets.get(0).turnedAway();
        log.clear();
        for (int attempt = 2; attempt <= 12; attempt++) {
            time.advance(RETRY_DELAY);
            assertThat(log).contains("a admitted");
            log.clear();
            tickets.get(0).turnedAway();
        }

        assertThat(log).contains("a refused Unavailable", "b refused Unavailable");
        assertThat(gates.occupancy().held()).isZero();
    }

    @Test
    void aNewRunOfTheMachineForgetsFailedAttempts() {
        gates.update(List.of(link(Accepts.FORWARD, 9)));
        List<Ticket> tickets = enter("a");
        tickets.getFirst().turnedAway();
        log.clear();

        gates.update(List.of(link(Accepts.HOLD, 9)));
        gates.update(List.of(link(Accepts.FORWARD, 9)));

        assertThat(log).containsExactly("a admitted");
    }

    @Test
    @DisplayName("P7 a boot that begins while a request waits ends its wait in time")
    void aBootThatBeginsSetsTheDeadline() {
        enter("a");
        time.advance(Duration.ofSeconds(100));

        gates.update(List.of(booting(Duration.ofSeconds(200))));
        time.advance(Duration.ofSeconds(259));
        assertThat(log).containsExactly("a held");
        time.advance(Duration.ofSeconds(1));

        assertThat(log).containsExactly("a held", "a refused ActivationDeadlineExceeded");
    }

    @Test
    void demandRisesOnceAndFallsOnce() {
        List<Ticket> tickets = enter("a", "b");
        gates.update(List.of(link(Accepts.FORWARD, 2)));
        tickets.forEach(Ticket::leave);

        assertThat(demand.signals()).extracting(Demand::isPresent).containsExactly(true, false);
        assertThat(tickets.getFirst().wakeCaused()).isTrue();
        assertThat(tickets.getLast().wakeCaused()).isFalse();
    }

    @Test
    void aSignalMayComeBackIntoTheGate() {
        List<Boolean> present = new ArrayList<>();
        Gates[] itself = new Gates[1];
        DemandSignal answers = (route, told) -> {
            present.add(told.isPresent());
            itself[0].update(List.of(link(Accepts.FORWARD, 2)));
        };
        Gates answering = new Gates(Limits.ordinary(), Slots.all(), time, answers, _ -> new Gates.Usage(0, Map.of()));
        itself[0] = answering;
        answering.update(List.of(link(Accepts.HOLD, 2)));

        answering.gate(ROUTE).orElseThrow().enter(ANYBODY, waiter("a")).leave();

        assertThat(log).containsExactly("a held", "a admitted");
        assertThat(present).containsExactly(true, false);
    }

    @Test
    void lettingNobodyInAnyMoreRefusesWhoWaitsAndWhoComes() {
        enter("a");
        gates.drain();
        enter("b");

        assertThat(log).containsExactly("a held", "a refused Booting", "b refused Booting");
    }

    @Test
    void timeSpentWaitingIsSummedOverAllHolds() {
        gates.update(List.of(link(Accepts.FORWARD, 1)));
        Ticket ticket = enter("a").getFirst();
        time.advance(Duration.ofSeconds(3));
        ticket.turnedAway();
        time.advance(RETRY_DELAY);
        time.advance(Duration.ofSeconds(30));

        assertThat(ticket.held()).isEqualTo(RETRY_DELAY);
    }

    private List<Ticket> enter(String... names) {
        List<Ticket> tickets = new ArrayList<>();
        for (String name : names) {
            tickets.add(gates.gate(ROUTE).orElseThrow().enter(ANYBODY, waiter(name)));
        }
        return tickets;
    }

    private Waiter waiter(String name) {
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

    private Link booting(Duration left) {
        return link(Accepts.HOLD, 2, Optional.of(time.now().plus(left)));
    }

    private static Link link(Accepts accepts, int slots) {
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
