// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.Demand;
import dev.privatellm.gateway.port.DemandSignal;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GateTest extends GateScene {
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
}
