// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.Demand;
import dev.privatellm.gateway.port.DemandSignal;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Failed attempts, due trials, and waiting that has lost its point. */
class GateTrialTest extends GateScene {
    private final int[] freeSlots = {1};

    @Test
    @DisplayName("P13 a trial that fell due while nobody was there is made by the next who comes")
    void aDueTrialIsMadeByTheNextWhoComes() {
        gates.update(List.of(link(Accepts.FORWARD, 9)));
        Ticket gone = enter("gone").getFirst();
        gone.turnedAway();
        gone.leave();
        time.advance(RETRY_DELAY);
        log.clear();

        List<Ticket> tickets = enter("a", "b");
        assertThat(log).containsExactly("a admitted", "b held");

        tickets.getFirst().answered();
        assertThat(log).containsExactly("a admitted", "b held", "b admitted");
    }

    @Test
    @DisplayName(
            "P13 whoever comes while a trial is due and all slots are taken lets the first in the queue try, once one is free")
    void aDueTrialIsTheFirstInTheQueues() {
        Slots narrowing = (route, slots) -> freeSlots[0];
        Gates narrow = new Gates(Limits.ordinary(), narrowing, time, demand, _ -> new Gates.Usage(0, Map.of()));
        narrow.update(List.of(link(Accepts.FORWARD, 1)));
        Gate gate = narrow.gate(ROUTE).orElseThrow();
        gate.enter(ANYBODY, waiter("a")).turnedAway();
        freeSlots[0] = 0;
        time.advance(RETRY_DELAY);
        freeSlots[0] = 1;
        log.clear();

        gate.enter(ANYBODY, waiter("b"));

        assertThat(log).containsExactly("b held", "a admitted");
    }

    @Test
    @DisplayName("P7 whoever is turned away by a machine that will not come is told why at once")
    void turnedAwayWhereTheMachineWillNotComeIsRefused() {
        gates.update(List.of(link(Accepts.FORWARD, 2)));
        List<Ticket> tickets = enter("a");
        gates.update(List.of(link(Accepts.REFUSE, 2)));

        tickets.getFirst().turnedAway();

        assertThat(log).endsWith("a refused Stalled");
        assertThat(gates.occupancy().held()).isZero();
        assertThat(demand.signals()).extracting(Demand::isPresent).endsWith(false);
    }

    @Test
    @DisplayName("P14 what never wakes does not wait for a machine that fell asleep, turned away or waiting already")
    void whatNeverWakesDoesNotWaitForASleeper() {
        Gate gate = gates.gate(ROUTE).orElseThrow();
        gates.update(List.of(link(Accepts.FORWARD, 1)));
        Ticket inFlight = gate.enter(READER, waiter("inFlight"));
        gate.enter(READER, waiter("waiting"));

        gates.update(List.of(link(Accepts.HOLD, 1)));
        assertThat(log).endsWith("waiting refused SleepingByPolicy");
        inFlight.turnedAway();

        assertThat(log).endsWith("inFlight refused SleepingByPolicy");
        assertThat(gates.occupancy().held()).isZero();
        assertThat(gates.occupancy().inFlight()).isZero();
        assertThat(demand.signals()).extracting(Demand::isPresent).endsWith(false);
    }

    @Test
    @DisplayName("P13 a machine that says it is full is not taken for gone, however often it says so")
    void aBusyMachineIsReachable() {
        gates.update(List.of(link(Accepts.FORWARD, 9)));
        Ticket ticket = enter("a").getFirst();
        for (int attempt = 0; attempt < 20; attempt++) {
            log.clear();
            ticket.turnedAwayBusy();
            assertThat(gates.gate(ROUTE).orElseThrow().isUnreachable()).isFalse();
            assertThat(gates.gate(ROUTE).orElseThrow().isServing()).isTrue();
            assertThat(log).containsExactly("a held");
            time.advance(RETRY_DELAY);
            assertThat(log).containsExactly("a held", "a admitted");
        }
    }

    @Test
    void aLateWordAboutAFormerMachineSaysNothingAboutThePresentOne() {
        gates.update(List.of(link(Accepts.FORWARD, 9)));
        Ticket former = enter("a").getFirst();
        gates.update(List.of(link(Accepts.HOLD, 9)));
        gates.update(List.of(link(Accepts.FORWARD, 9)));
        log.clear();

        former.turnedAway();

        assertThat(log).containsExactly("a held", "a admitted");
        assertThat(gates.gate(ROUTE).orElseThrow().isUnreachable()).isFalse();
    }

    @Test
    @DisplayName("P7 news of a boot that is overdue does not make anybody wait longer")
    void newsOfAnOverdueBootProlongNothing() {
        enter("a");
        Link boot = booting(Duration.ofSeconds(200));
        gates.update(List.of(boot));
        for (int seconds = 0; seconds < 260; seconds += 5) {
            assertThat(log).containsExactly("a held");
            time.advance(Duration.ofSeconds(5));
            gates.update(List.of(boot));
        }

        assertThat(log).containsExactly("a held", "a refused ActivationDeadlineExceeded");
    }

    @Test
    void aRouteThatComesWhileNobodyIsLetInIsClosedToo() {
        Gates none = new Gates(Limits.ordinary(), Slots.all(), time, demand, _ -> new Gates.Usage(0, Map.of()));
        none.drain();
        none.update(List.of(link(Accepts.HOLD, 2)));

        none.gate(ROUTE).orElseThrow().enter(ANYBODY, waiter("a"));

        assertThat(log).containsExactly("a refused Booting");
    }

    @Test
    void whoIsTurnedAwayFromADeletedResourceIsToldSo() {
        gates.update(List.of(link(Accepts.FORWARD, 2)));
        Ticket ticket = enter("a").getFirst();
        gates.update(List.of());

        ticket.turnedAway();

        assertThat(log).endsWith("a refused UnknownModel");
    }

    @Test
    void signalsOfAResourceThatComesAgainGoOnCounting() {
        enter("a").getFirst().leave();
        gates.update(List.of());
        gates.update(List.of(link(Accepts.HOLD, 2)));
        enter("b");

        assertThat(demand.signals()).extracting(Demand::seq).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aSignalThatFailsDoesNotSilenceTheNext() {
        List<Boolean> told = new ArrayList<>();
        DemandSignal failing = (route, signal) -> {
            told.add(signal.isPresent());
            throw new IllegalStateException("nobody listens");
        };
        Gates deaf = new Gates(Limits.ordinary(), Slots.all(), time, failing, _ -> new Gates.Usage(0, Map.of()));
        deaf.update(List.of(link(Accepts.HOLD, 2)));

        deaf.gate(ROUTE).orElseThrow().enter(ANYBODY, waiter("a")).leave();
        deaf.gate(ROUTE).orElseThrow().enter(ANYBODY, waiter("b"));

        assertThat(told).containsExactly(true, false, true);
    }
}
