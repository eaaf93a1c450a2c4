// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.schema.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActivationPolicyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Arrival ANYBODY = new Arrival(true, Optional.empty());

    private final ActivationPolicy policy = new ActivationPolicy(Limits.ordinary());

    @Test
    void holdsWhereTheMachineSleeps() {
        assertThat(policy.decide(ANYBODY, state(link(Accepts.HOLD, ""), 0, 0))).isEqualTo(new Verdict.Hold());
    }

    @Test
    void holdsWhereTheMachineIsSaidToServeButNobodyKnowsHowToReachIt() {
        assertThat(policy.decide(ANYBODY, state(link(Accepts.FORWARD, ""), 0, 0)))
                .isEqualTo(new Verdict.Hold());
    }

    @ParameterizedTest
    @CsvSource({"1000,1000", "0,10000"})
    void refusesOnceTooManyWait(int here, int everywhere) {
        assertThat(reason(ANYBODY, state(link(Accepts.HOLD, ""), here, everywhere)))
                .isEqualTo(Reason.QUEUE_FULL);
    }

    @Test
    void refusesOnceTooManyAreBeingAnswered() {
        GateState busy = new GateState(link(Accepts.FORWARD, ""), Duration.ZERO, true, true, 0, 0, 1_000, NOW);

        assertThat(reason(ANYBODY, busy)).isEqualTo(Reason.QUEUE_FULL);
    }

    @Test
    void refusesAtOnceWhomPatienceWouldFail() {
        GateState state = state(link(Accepts.HOLD, ""), 0, 0);
        assertThat(reason(new Arrival(true, Optional.of(Duration.ofSeconds(29))), state))
                .isEqualTo(Reason.BOOTING);
        assertThat(policy.decide(new Arrival(true, Optional.of(Duration.ofSeconds(30))), state))
                .isEqualTo(new Verdict.Hold());
    }

    @Test
    void whatMayNotWakeIsNotHeldForASleepingMachine() {
        assertThat(reason(new Arrival(false, Optional.empty()), state(link(Accepts.HOLD, ""), 0, 0)))
                .isEqualTo(Reason.SLEEPING_BY_POLICY);
    }

    @ParameterizedTest
    @CsvSource({
        "NoCapacity,NO_CAPACITY",
        "ZoneStockout,NO_CAPACITY",
        "SleepingByPolicy,SLEEPING_BY_POLICY",
        "BudgetExceeded,BUDGET_EXCEEDED",
        "PermissionDenied,STALLED",
        "QuotaExceeded,STALLED",
        "BootFailed,UNAVAILABLE",
        "SomethingNew,STALLED"
    })
    void tellsWhyAMachineWillNotBeStarted(String word, Reason expected) {
        assertThat(reason(ANYBODY, state(link(Accepts.REFUSE, word), 0, 0))).isEqualTo(expected);
        assertThat(ActivationPolicy.refusal(link(Accepts.REFUSE, word), NOW).message())
                .contains(word);
    }

    @Test
    void holdsNoLongerThanABootMayTakeAndAMargin() {
        assertThat(policy.longestHold(link(Accepts.HOLD, ""), NOW)).isEqualTo(Duration.ofMinutes(16));
        assertThat(policy.longestHold(link(Accepts.HOLD, ""), NOW.plusSeconds(5_000)))
                .isEqualTo(Duration.ofSeconds(60));
    }

    private Reason reason(Arrival arrival, GateState state) {
        return switch (policy.decide(arrival, state)) {
            case Verdict.Refuse refuse -> refuse.failure().reason();
            case Verdict.Forward _, Verdict.Hold _ -> throw new AssertionError("was not refused");
        };
    }

    private static GateState state(Link link, int here, int everywhere) {
        return new GateState(link, Duration.ofSeconds(10), true, true, here, everywhere, 0, NOW);
    }

    private static Link link(Accepts accepts, String reason) {
        return new Link(
                new RouteId("default", "demo"),
                "uid",
                1,
                Optional.empty(),
                List.of("tiny"),
                Map.of(),
                4,
                Optional.empty(),
                accepts,
                "State",
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Link.Eta(Duration.ofSeconds(40), Duration.ofSeconds(60))),
                Optional.of(NOW.plusSeconds(900)),
                Optional.of(reason).filter(word -> !word.isEmpty()),
                Optional.of("a sentence"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
