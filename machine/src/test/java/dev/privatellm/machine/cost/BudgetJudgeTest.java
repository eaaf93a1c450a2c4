// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cost;

import static dev.privatellm.machine.cloud.ProvisioningModel.SPOT;
import static dev.privatellm.machine.cloud.ProvisioningModel.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.Run;
import dev.privatellm.machine.power.Budget;
import dev.privatellm.machine.power.BudgetVerdict;
import dev.privatellm.machine.power.BudgetVerdict.State;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class BudgetJudgeTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant NEXT_MONTH = Instant.parse("2026-12-01T00:00:00Z");
    private static final Offering OFFERING = new Offering(SPOT, "g2-standard-8", new Zone("us-central1-a"));

    private static LedgerEntry run(String price, Instant start) {
        Run run = new Run(
                1,
                start,
                OFFERING,
                price.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(price)),
                Optional.of(start.plus(Duration.ofHours(1))),
                Optional.of("IdleTimeout"),
                Optional.empty());
        return LedgerEntry.MachineRun.of("default/assistant", "uid", run, Optional.empty(), NOW);
    }

    private static BudgetVerdict judge(Budget.OnExceed onExceed, Optional<Instant> override, LedgerEntry... spent) {
        return judge(onExceed, override, Optional.empty(), List.of(SPOT), spent);
    }

    private static BudgetVerdict judge(
            Budget.OnExceed onExceed,
            Optional<Instant> override,
            Optional<ProvisioningModel> machine,
            List<ProvisioningModel> allowed,
            LedgerEntry... spent) {
        return BudgetJudge.judge(
                Optional.of(new Budget(BigDecimal.TEN, onExceed)),
                new Account(List.of(spent), NOW),
                override,
                machine,
                allowed);
    }

    private static final LedgerEntry TEN = run("10", NOW.minus(Duration.ofDays(1)));
    private static final LedgerEntry NINE = run("9", NOW.minus(Duration.ofDays(1)));
    private static final LedgerEntry UNPRICED = run("", NOW.minus(Duration.ofDays(2)));

    @Test
    void isExceededByTheLastCentAndUntilTheMonthIsOver() {
        assertThat(judge(Budget.OnExceed.SLEEP, Optional.empty(), NINE).state()).isEqualTo(State.WITHIN);
        BudgetVerdict exceeded = judge(Budget.OnExceed.SLEEP, Optional.empty(), TEN);
        assertThat(exceeded.state()).isEqualTo(State.EXCEEDED);
        assertThat(exceeded.forbids()).isTrue();
        assertThat(exceeded.until()).contains(NEXT_MONTH);
        assertThat(judge(Budget.OnExceed.WARN, Optional.empty(), TEN).forbids()).isFalse();
    }

    @Test
    void doesNotCountTheMonthBefore() {
        assertThat(judge(Budget.OnExceed.SLEEP, Optional.empty(), run("99", Instant.parse("2026-10-31T20:00:00Z")))
                        .state())
                .isEqualTo(State.WITHIN);
    }

    @Test
    @DisplayName("C17 what is known beyond the budget exceeds it for certain, whatever is unknown besides")
    void judgesAnUnknownPriceByWhatIsKnown() {
        assertThat(judge(Budget.OnExceed.SLEEP, Optional.empty(), NINE, UNPRICED)
                        .state())
                .isEqualTo(State.UNKNOWN);
        assertThat(judge(Budget.OnExceed.SLEEP, Optional.empty(), NINE, UNPRICED)
                        .forbids())
                .isFalse();
        assertThat(judge(Budget.OnExceed.SLEEP, Optional.empty(), TEN, UNPRICED).state())
                .isEqualTo(State.EXCEEDED);
    }

    @Test
    void isOverriddenUntilThenAndNotLonger() {
        BudgetVerdict overridden = judge(Budget.OnExceed.SLEEP, Optional.of(NOW.plusSeconds(1)), TEN);
        assertThat(overridden.state()).isEqualTo(State.OVERRIDDEN);
        assertThat(overridden.forbids()).isFalse();
        assertThat(overridden.until()).contains(NOW.plusSeconds(1));
        assertThat(judge(Budget.OnExceed.SLEEP, Optional.of(NOW), TEN).forbids())
                .isTrue();
    }

    @Test
    void takesOnlyMachinesOnDemandIfThatIsWhatIsWanted() {
        Budget.OnExceed off = Budget.OnExceed.ON_DEMAND_OFF;
        List<ProvisioningModel> both = List.of(SPOT, STANDARD);

        assertThat(judge(off, Optional.empty(), Optional.of(STANDARD), both, TEN)
                        .forbids())
                .isTrue();
        assertThat(judge(off, Optional.empty(), Optional.of(SPOT), both, TEN).forbids())
                .isFalse();
        assertThat(judge(off, Optional.empty(), Optional.empty(), both, TEN).forbids())
                .isFalse();
        assertThat(judge(off, Optional.empty(), Optional.empty(), List.of(STANDARD), TEN)
                        .forbids())
                .isTrue();
    }
}
