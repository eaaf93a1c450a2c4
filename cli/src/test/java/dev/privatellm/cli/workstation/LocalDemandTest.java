// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.gateway.port.Demand;
import dev.privatellm.gateway.port.RouteId;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalDemandTest {
    private static final RouteId ROUTE = new RouteId("default", "mine");
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger told = new AtomicInteger();
    private final LocalDemand demand = new LocalDemand(ROUTE, nanos::get, told::incrementAndGet);

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
        nanos.addAndGet(LocalDemand.LAPSE.toNanos());
        assertThat(demand.read().demand().held()).isEqualTo(2);
        nanos.addAndGet(1);
        assertThat(demand.read().demand().isPresent()).isFalse();
        assertThat(demand.read().demand().lastActivity()).contains(NOW);
    }

    @Test
    void olderSignalsAndOtherRoutesDoNotCount() {
        demand.signal(ROUTE, demand(5, 1, 0));
        demand.signal(ROUTE, demand(4, 0, 0));
        demand.signal(new RouteId("default", "other"), demand(6, 0, 0));
        assertThat(demand.read().demand().held()).isEqualTo(1);
    }

    private static Demand demand(long seq, int held, int inFlight) {
        return new Demand(seq, held, inFlight, 1, NOW, 0, Map.of());
    }
}
