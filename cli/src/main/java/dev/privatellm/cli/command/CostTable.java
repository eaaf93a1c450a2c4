// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.KeptPrices;
import dev.privatellm.machine.cost.Account;
import dev.privatellm.machine.cost.LedgerEntry.MachineRun;
import dev.privatellm.machine.plan.StageTime;
import dev.privatellm.machine.plan.Wake;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The account for people: columns that stand in line, no colours. */
final class CostTable {
    private CostTable() {}

    static void print(Account account, KeptPrices prices, List<List<String>> lines, PrintWriter out) {
        if (lines.size() > 1) {
            Columns.print(lines, out);
        } else {
            out.println("no run yet");
        }
        var month = account.month();
        out.printf(
                "%nthis month so far:   %s USD, %s of it for machines and %s for what stands between runs%n",
                CostSheet.usd(month.total()), CostSheet.usd(month.machine()), CostSheet.usd(month.standing()));
        out.printf("forecast:            %s USD%n", CostSheet.usd(account.forecast()));
        out.printf("saved by sleeping:   %s USD%n", CostSheet.usd(account.savedBySleeping()));
        account.standing()
                .forEach(holding -> out.printf(
                        "standing:            %s USD a month%s for %s %s%n",
                        CostSheet.usd(holding.usdPerMonth()),
                        holding.anotherEverySeconds() == 0 ? "" : " and version",
                        holding.kind().name().toLowerCase(Locale.ROOT),
                        holding.name()));
        out.printf("prices:              %s%n", PriceDates.line(prices, account.now()));
    }

    static void explain(MachineRun run, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "run %d of %s: %s, %.1f s, %s USD at %s USD/h%s, from %s to %s, ended: %s%n",
                run.id(),
                run.resource(),
                run.offering(),
                run.seconds(),
                CostSheet.usd(run.usd()),
                CostSheet.usd(run.usdPerHour()),
                run.priceSource().map(source -> " (" + source + ")").orElse(""),
                run.start(),
                run.end(),
                run.reason());
        if (run.wake().isEmpty()) {
            out.println("no wake of ours led to it");
            return;
        }
        var wake = run.wake().get();
        out.printf("asked for:  %s, %s%n", wake.askedAt(), wake.askedBy());
        out.printf(
                "waited:     %s%n",
                wake.waitedSeconds()
                        .map(seconds -> String.format(Locale.ROOT, "%.1f s until it served", seconds))
                        .orElse("it never served"));
        out.printf(
                "stages:     %s%n", wake.stages().stream().map(CostTable::stage).collect(Collectors.joining(", ")));
        wake.refused()
                .forEach(block ->
                        out.printf("refused:    %s: %s (%s)%n", block.refused(), block.code(), block.reason()));
        var calls = new ArrayList<List<String>>();
        calls.add(List.of("call", "at", "request id", "target"));
        wake.calls().forEach(call -> calls.add(call(call)));
        out.println();
        Columns.print(calls, out);
    }

    private static String stage(StageTime stage) {
        return String.format(Locale.ROOT, "%s %.1f s", stage.stage(), stage.seconds());
    }

    private static List<String> call(Wake.Call call) {
        return List.of(call.kind().name(), call.at().toString(), call.requestId(), call.target());
    }
}
