// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.CostBook;
import dev.privatellm.cli.workstation.KeptPrices;
import dev.privatellm.machine.cost.Account;
import dev.privatellm.machine.cost.LedgerEntry.MachineRun;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What it cost, from the files of a state folder: nobody has to run for it. */
@Command(
        name = "cost",
        description =
                "Say what it cost: run by run, this month and its forecast, what stands between runs, what sleeping saved.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Prices are list prices: an estimate, not a bill; the last line tells their source and age. Days and months are those of UTC.",
            "",
            "Examples:",
            "  private-llm cost",
            "  private-llm cost --run 3",
            "  private-llm cost --by month --csv"
        })
final class CostCommand implements Callable<Integer> {

    /** What a line of the table stands for. */
    enum By {
        run,
        day,
        month
    }

    @Mixin
    private StateOption state = new StateOption();

    @Option(
            names = "--by",
            defaultValue = "run",
            paramLabel = "run|day|month",
            description = "What each line stands for (default: ${DEFAULT-VALUE}).")
    private By by = By.run;

    @Option(
            names = "--since",
            paramLabel = "YYYY-MM-DD",
            description = "Leave out the lines of what ended before this day.")
    private @Nullable LocalDate since;

    @Option(
            names = "--run",
            paramLabel = "N",
            description = "Explain one run: who asked, what was refused, each stage, each call to the cloud by its id.")
    private @Nullable Long run;

    @Option(names = "--csv", description = "The lines alone, as CSV with a header.")
    private boolean csv;

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (csv && (output.form() == OutputForm.json || run != null)) {
            throw new CommandFailure(ExitCodes.INVALID, "--csv goes with neither --output json nor --run");
        }
        var folder = folder();
        var account = CostBook.read(folder, Instant.now());
        var prices = KeptPrices.read(folder);
        var out = spec.commandLine().getOut();
        if (run != null) {
            explain(account, run);
        } else if (csv) {
            CostSheet.csv(lines(account), out);
        } else if (output.form() == OutputForm.json) {
            OutputOption.printJson(CostSheet.json(account, prices, runs(account)), out);
        } else {
            CostTable.print(account, prices, lines(account), out);
        }
        out.flush();
        return ExitCodes.DONE;
    }

    private void explain(Account account, long number) {
        var found = account.runs().stream().filter(each -> each.id() == number).toList();
        if (found.isEmpty()) {
            throw new CommandFailure(
                    ExitCodes.INVALID,
                    "there is no run %d (there are: %s)"
                            .formatted(
                                    number,
                                    account.runs().isEmpty()
                                            ? "none"
                                            : "%d to %d"
                                                    .formatted(
                                                            account.runs()
                                                                    .getFirst()
                                                                    .id(),
                                                            account.runs()
                                                                    .getLast()
                                                                    .id())));
        }
        var out = spec.commandLine().getOut();
        switch (output.form()) {
            case human -> found.forEach(each -> CostTable.explain(each, out));
            case json -> OutputOption.printJson(found, out);
        }
    }

    private List<List<String>> lines(Account account) {
        return switch (by) {
            case run -> CostSheet.runs(runs(account));
            case day -> CostSheet.periods("day", periods(account.days()));
            case month -> CostSheet.periods("month", periods(account.months()));
        };
    }

    private List<MachineRun> runs(Account account) {
        var from = Optional.ofNullable(since)
                .map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant());
        return account.runs().stream()
                .filter(each -> from.isEmpty() || !each.end().isBefore(from.get()))
                .toList();
    }

    private List<Account.Period> periods(List<Account.Period> all) {
        var from = Optional.ofNullable(since).map(LocalDate::toString);
        return all.stream()
                .filter(period -> from.isEmpty()
                        || period.name()
                                        .compareTo(from.get()
                                                .substring(0, period.name().length()))
                                >= 0)
                .toList();
    }

    private Path folder() {
        return state.known(CostBook::isThere)
                .orElseThrow(() -> new CommandFailure(
                        ExitCodes.MISSING,
                        "nothing was ever written down%s; the first 'private-llm serve' begins a book"
                                .formatted(state.named()
                                        .map(folder -> " in " + folder)
                                        .orElse(""))));
    }
}
