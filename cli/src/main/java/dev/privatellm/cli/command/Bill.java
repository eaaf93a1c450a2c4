// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.controller.status.ResourceStatus;
import java.util.Locale;

/** What the machine cost, in one line per run and one for all. */
final class Bill {
    private Bill() {}

    static String of(ResourceStatus status) {
        var bill = new StringBuilder();
        for (var run : status.runs()) {
            bill.append(String.format(
                    Locale.ROOT,
                    "  run %d: %s in %s, %.1f s, %s%n",
                    run.id(),
                    run.machineType(),
                    run.zone(),
                    run.seconds(),
                    run.usd().map(usd -> usd.toPlainString() + " USD").orElse("price unknown")));
        }
        bill.append(String.format(
                Locale.ROOT,
                "bill: %.1f machine seconds, %s (an emulated machine: nothing is owed)",
                status.cost().machineSeconds(),
                status.cost().usd().map(usd -> usd.toPlainString() + " USD").orElse("cost unknown")));
        return bill.toString();
    }
}
