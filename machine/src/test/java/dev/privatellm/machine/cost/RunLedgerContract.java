// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.Block;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.plan.EffectKind;
import dev.privatellm.machine.plan.Holding;
import dev.privatellm.machine.plan.StageTime;
import dev.privatellm.machine.plan.Wake;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every book of runs keeps. */
public abstract class RunLedgerContract {
    protected static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Offering OFFERING =
            new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone("us-central1-a"));

    /** An empty book. */
    protected abstract RunLedger empty() throws Exception;

    protected static LedgerEntry run(long id) {
        return new LedgerEntry.MachineRun(
                "default/assistant",
                "uid-1",
                id,
                NOW.plusSeconds(id * 3600),
                NOW.plusSeconds(id * 3600 + 1800),
                1800,
                OFFERING,
                Optional.of(new BigDecimal("0.48")),
                Optional.of(new BigDecimal("0.24")),
                "IdleTimeout",
                Optional.of(new Wake(
                        "RequestsWaiting",
                        NOW,
                        List.of(new Wake.Call(EffectKind.START_INSTANCE, "us-central1-a/x", "id", NOW)),
                        List.of(new Block(OFFERING, Block.Scope.OFFERING, "ZoneStockout", "CODE", NOW, NOW)),
                        List.of(new StageTime("booting", 4.5)),
                        Optional.empty(),
                        Optional.of(NOW.plusSeconds(9)),
                        Optional.of(id))),
                Optional.of("table of 2026-08-01"));
    }

    protected static LedgerEntry unpriced(long id) {
        return new LedgerEntry.MachineRun(
                "default/assistant",
                "uid-1",
                id,
                NOW,
                NOW.plusSeconds(60),
                60,
                OFFERING,
                Optional.empty(),
                Optional.empty(),
                "IdleTimeout",
                Optional.empty(),
                Optional.of("table of 2026-08-01"));
    }

    protected static LedgerEntry disk() {
        Holding holding = new Holding(
                Holding.Kind.DISK, "us-central1-a/x", Optional.of(new BigDecimal("21.76")), 0, NOW, Optional.of(NOW));
        return LedgerEntry.Standing.of("default/assistant", "uid-1", holding, NOW);
    }

    @Test
    @DisplayName("C17 every entry is kept as it was written, an unknown price as unknown")
    void keepsEveryEntryAsItWasWritten() throws Exception {
        RunLedger ledger = empty();

        ledger.append(run(1));
        ledger.append(disk());
        ledger.append(unpriced(2));

        assertThat(ledger.entries()).containsExactly(run(1), disk(), unpriced(2));
    }

    @Test
    @DisplayName("C17 an entry that is written again is in the book once")
    void holdsAnEntryOnce() throws Exception {
        RunLedger ledger = empty();

        ledger.append(run(1));
        ledger.append(run(2));
        ledger.append(run(1));

        assertThat(ledger.entries()).containsExactly(run(1), run(2));
    }

    @Test
    @DisplayName("C17 a run whose number was used before, in a record that was lost, is another run")
    void tellsRunsApartByTheirBeginningToo() throws Exception {
        RunLedger ledger = empty();

        ledger.append(run(1));
        ledger.append(unpriced(1));

        assertThat(ledger.entries()).containsExactly(run(1), unpriced(1));
    }
}
