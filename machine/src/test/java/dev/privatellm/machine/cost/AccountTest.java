// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.Holding;
import dev.privatellm.machine.plan.Run;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class AccountTest {
    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
    private static final Offering OFFERING =
            new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone("us-central1-a"));

    private static LedgerEntry run(long id, String start, Duration length, String price) {
        Instant begin = Instant.parse(start);
        Run run = new Run(
                id,
                begin,
                OFFERING,
                Optional.of(price).filter(text -> !text.isEmpty()).map(BigDecimal::new),
                Optional.of(begin.plus(length)),
                Optional.of("IdleTimeout"),
                Optional.empty());
        return LedgerEntry.MachineRun.of("default/assistant", "uid", run, Optional.empty(), NOW);
    }

    private static LedgerEntry disk(String since) {
        return LedgerEntry.Standing.of(
                "default/assistant",
                "uid",
                new Holding(
                        Holding.Kind.DISK,
                        "us-central1-a/x",
                        Optional.of(new BigDecimal("7.30")),
                        0,
                        Instant.parse(since),
                        Optional.empty()),
                NOW);
    }

    private static Account account(LedgerEntry... entries) {
        return new Account(List.of(entries), NOW);
    }

    @Test
    void splitsARunThatLastsOverTheEndOfAMonth() {
        Account account = account(run(1, "2026-10-31T22:00:00Z", Duration.ofHours(4), "0.50"));

        assertThat(account.months()).extracting(Account.Period::name).containsExactly("2026-10", "2026-11");
        assertThat(account.months()).allSatisfy(month -> {
            assertThat(month.machine().usd().orElseThrow()).isEqualByComparingTo("1.00");
            assertThat(month.machineSeconds()).isEqualTo(7200);
        });
        assertThat(account.days()).hasSize(22);
        assertThat(account.month().machine().known()).isEqualByComparingTo("1.00");
    }

    @Test
    @DisplayName("C17 what stands costs between runs too, day after day")
    void countsWhatStandsBetweenRuns() {
        Account account = account(disk("2026-11-20T00:00:00Z"));

        assertThat(account.month().standing().usd().orElseThrow()).isEqualByComparingTo("0.24");
        assertThat(account.month().machine()).isEqualTo(Money.NOTHING);
        assertThat(account.standing()).hasSize(1);
    }

    @Test
    void whatIsUnknownMakesASumUnknownAndNeverSmaller() {
        Account account = account(
                run(1, "2026-11-02T00:00:00Z", Duration.ofHours(1), "0.50"),
                run(2, "2026-11-03T00:00:00Z", Duration.ofHours(1), ""));

        assertThat(account.month().total().usd()).isEmpty();
        assertThat(account.month().total().known()).isEqualByComparingTo("0.50");
        assertThat(account.forecast().usd()).isEmpty();
        assertThat(account.savedBySleeping()).isEmpty();
    }

    @Test
    void foretellsTheMonthFromTheLastWeekAndFromWhatStands() {
        Account account = account(
                run(1, "2026-11-01T00:00:00Z", Duration.ofHours(10), "1.00"),
                run(2, "2026-11-18T00:00:00Z", Duration.ofHours(7), "1.00"),
                disk("2026-11-01T00:00:00Z"));

        // 17 USD of runs and 4.80 of disk so far; ten days to come with one hour of run and 0.24 of disk each.
        assertThat(account.forecast().usd().orElseThrow()).isEqualByComparingTo("34.20");
    }

    @Test
    void theFirstHoursOfAnInstallationForetellNothing() {
        Account account = account(run(1, "2026-11-20T23:00:00Z", Duration.ofHours(1), "1.00"));

        assertThat(account.forecast().usd().orElseThrow()).isEqualByComparingTo("11");
    }

    @Test
    void tellsWhatSleepingSaved() {
        Account account = account(
                run(1, "2026-11-19T00:00:00Z", Duration.ofHours(1), "1.00"),
                run(2, "2026-11-20T00:00:00Z", Duration.ofHours(1), "1.00"));

        assertThat(account.savedBySleeping().orElseThrow()).isEqualByComparingTo("46");
        assertThat(account().savedBySleeping()).isEmpty();
        assertThat(account().forecast()).isEqualTo(Money.NOTHING);
        assertThat(account().months()).isEmpty();
    }
}
