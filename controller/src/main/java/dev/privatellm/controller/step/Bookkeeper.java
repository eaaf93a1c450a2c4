// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cost.Account;
import dev.privatellm.machine.cost.LedgerEntry;
import dev.privatellm.machine.cost.RunLedger;
import dev.privatellm.machine.plan.MachineSpec;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Run;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries over into the book what is over on record. The record comes first and keeps its copy, so nothing is lost to a crash between the two, and the book
 * takes an entry once, so nothing is doubled. A book that cannot be written is told of and tried again with the next change: to put a machine to sleep matters
 * more than to write down what it cost.
 */
final class Bookkeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Bookkeeper.class);

    private final RunLedger ledger;
    private final Set<String> written = new HashSet<>();
    private boolean isBroken;

    Bookkeeper(RunLedger ledger) {
        this.ledger = ledger;
        ledger.entries().forEach(entry -> written.add(entry.key()));
    }

    /** Writes what is over and not written yet. */
    void settle(PlanState state, MachineSpec spec, Instant now) {
        Stream.concat(
                        state.runs().stream()
                                .filter(run -> run.end().isPresent())
                                .map(run -> entry(run, state, spec, now)),
                        state.holdings().stream()
                                .filter(held -> held.until().isPresent())
                                .map(held -> LedgerEntry.Standing.of(spec.resource(), spec.uid(), held, now)))
                .filter(entry -> !written.contains(entry.key()))
                .forEach(this::write);
    }

    /** The account at this moment, as far back as the present month and its forecast need it. */
    Account account(PlanState state, MachineSpec spec, Instant now) {
        Instant from = new Account(List.of(), now).begin().minus(Account.FORECAST_FROM);
        List<LedgerEntry> all = entries(state, spec, now);
        return new Account(
                Stream.concat(
                                all.stream().limit(1),
                                all.stream().skip(1).filter(entry -> entry.end().isAfter(from)))
                        .toList(),
                now);
    }

    /** The whole book, with what goes on as it is at this moment. */
    private List<LedgerEntry> entries(PlanState state, MachineSpec spec, Instant now) {
        Stream<LedgerEntry> open = Stream.concat(
                state.runs().stream().map(run -> entry(run, state, spec, now)),
                state.holdings().stream().map(held -> LedgerEntry.Standing.of(spec.resource(), spec.uid(), held, now)));
        // By name: a machine that is removed and made again belongs to the same month.
        Stream<LedgerEntry> own =
                ledger.entries().stream().filter(entry -> entry.resource().equals(spec.resource()));
        return Stream.concat(own, open.filter(entry -> !written.contains(entry.key())))
                .toList();
    }

    private static LedgerEntry entry(Run run, PlanState state, MachineSpec spec, Instant now) {
        return LedgerEntry.MachineRun.of(spec.resource(), spec.uid(), run, state.wake(), now);
    }

    private void write(LedgerEntry entry) {
        try {
            ledger.append(entry);
            written.add(entry.key());
            isBroken = false;
        } catch (java.io.UncheckedIOException failure) {
            if (!isBroken) {
                LOG.error("{}: the ledger cannot be written, it is tried again", entry.resource(), failure);
            }
            isBroken = true;
        }
    }
}
