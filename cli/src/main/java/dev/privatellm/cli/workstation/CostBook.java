// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.machine.cost.Account;
import dev.privatellm.machine.cost.LedgerEntry;
import dev.privatellm.machine.cost.LedgerEntry.MachineRun;
import dev.privatellm.machine.cost.LedgerEntry.Standing;
import dev.privatellm.machine.plan.PlanState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The whole account of a state folder, read from its files, whether anybody runs there or not. */
public final class CostBook {
    private CostBook() {}

    /** Whether anything was ever written there. */
    public static boolean isThere(Path stateFolder) {
        return Files.isDirectory(stateFolder.resolve("ledger"));
    }

    /**
     * The book of runs, and of what goes on as it is at this moment.
     *
     * @throws WorkstationFailure if a file cannot be read
     */
    public static Account read(Path stateFolder, Instant now) {
        try {
            List<LedgerEntry> entries = new ArrayList<>(
                    FileRunLedger.read(stateFolder.resolve("ledger").resolve(StateFolder.RUNS)));
            Set<String> written = new HashSet<>();
            entries.forEach(entry -> written.add(identity(entry)));
            for (Path resource : ResourceFolders.all(stateFolder)) {
                Optional<PlanState> record = ResourceFolders.record(resource);
                if (record.isPresent()) {
                    onRecord(name(resource), record.get(), now)
                            .filter(entry -> !written.contains(identity(entry)))
                            .forEach(entries::add);
                }
            }
            return new Account(entries, now);
        } catch (IOException e) {
            throw new WorkstationFailure(
                    Reason.STATE_UNWRITABLE, "%s cannot be read: %s".formatted(stateFolder, e.getMessage()), e);
        }
    }

    private static Stream<LedgerEntry> onRecord(String resource, PlanState state, Instant now) {
        return Stream.concat(
                state.runs().stream().map(run -> MachineRun.of(resource, "", run, state.wake(), now)),
                state.holdings().stream().map(holding -> Standing.of(resource, "", holding, now)));
    }

    /** The record knows its resource by its folder, which says as much as the uid as long as it is there. */
    private static String identity(LedgerEntry entry) {
        return switch (entry) {
            case MachineRun run -> "%s run %d %s".formatted(run.resource(), run.id(), run.start());
            case Standing standing ->
                "%s %s %s %s"
                        .formatted(
                                standing.resource(),
                                standing.holding().kind(),
                                standing.holding().name(),
                                standing.start());
        };
    }

    private static String name(Path resource) {
        return String.valueOf(resource.getFileName()).replaceFirst("[.]", "/");
    }
}
