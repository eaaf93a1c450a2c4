// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.gateway.port.Demand;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.port.Timepiece;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LocalDemandTest {
    private static final RouteId ROUTE = new RouteId("default", "mine");
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

    private final SteppedTime time = new SteppedTime();
    private final AtomicInteger told = new AtomicInteger();
    private final LocalDemand demand = new LocalDemand(ROUTE, time, told::incrementAndGet);

    @Test
    void tellsWhenDemandRisesAndWhenItEnds() {
        demand.signal(ROUTE, demand(1, 1, 0));
        demand.signal(ROUTE, demand(2, 3, 0));
        assertThat(told).hasValue(1);
        demand.signal(ROUTE, demand(3, 0, 0));
        assertThat(told).hasValue(2);
        assertThat(demand.read().demand().isPresent()).isFalse();
        assertThat(demand.read().demand().lastActivity()).contains(NOW);
    }

    @Test
    void silenceLapsesAndKeepsTheLastActivity() {
        demand.signal(ROUTE, demand(1, 2, 1));
        time.advance(LocalDemand.LAPSE);
        assertThat(demand.read().demand().held()).isEqualTo(2);
        time.advance(Duration.ofNanos(1));
        assertThat(demand.read().demand().isPresent()).isFalse();
        assertThat(demand.read().demand().lastActivity()).contains(NOW);
    }

    @Test
    @DisplayName("demand that lapses in silence wakes whoever waits for its end, once")
    void tellsWhenDemandLapses() {
        demand.signal(ROUTE, demand(1, 1, 0));
        time.advance(LocalDemand.LAPSE);
        demand.signal(ROUTE, demand(2, 1, 0));
        time.advance(LocalDemand.LAPSE);
        assertThat(told).as("renewed").hasValue(1);

        time.advance(Duration.ofNanos(1));

        assertThat(told).hasValue(2);
        assertThat(demand.read().demand().isPresent()).isFalse();
        time.advance(LocalDemand.LAPSE.multipliedBy(3));
        assertThat(told).hasValue(2);
    }

    @Test
    void demandThatHasEndedDoesNotLapseAsWell() {
        demand.signal(ROUTE, demand(1, 1, 0));
        demand.signal(ROUTE, demand(2, 0, 0));
        time.advance(LocalDemand.LAPSE.multipliedBy(3));
        assertThat(told).hasValue(2);
    }

    @Test
    void olderSignalsAndOtherRoutesDoNotCount() {
        demand.signal(ROUTE, demand(5, 1, 0));
        demand.signal(ROUTE, demand(4, 0, 0));
        demand.signal(new RouteId("default", "other"), demand(6, 0, 0));
        assertThat(demand.read().demand().held()).isEqualTo(1);
    }

    /** Time that moves only when it is told to. */
    private static final class SteppedTime implements Timepiece {
        private record Due(long nanos, Runnable action) {}

        private final List<Due> alarms = new ArrayList<>();
        private long nanos;

        @Override
        public Instant now() {
            return NOW.plusNanos(nanos);
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public Alarm after(Duration delay, Runnable action) {
            Due due = new Due(nanos + delay.toNanos(), action);
            alarms.add(due);
            return () -> alarms.remove(due);
        }

        void advance(Duration by) {
            nanos += by.toNanos();
            List<Due> ringing =
                    alarms.stream().filter(due -> due.nanos() <= nanos).toList();
            alarms.removeAll(ringing);
            ringing.forEach(due -> due.action().run());
        }
    }

    private static Demand demand(long seq, int held, int inFlight) {
        return new Demand(seq, held, inFlight, 1, NOW, 0, Map.of());
    }
}
