// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.bench.ColdStart;
import dev.privatellm.bench.Sample;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what a sleeping machine costs a request beyond its own boot. */
@Command(
        name = "cold",
        description =
                "Measure cold starts with a machine that boots at once: request in to first byte at the engine, and a crowd at one boot.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  private-llm bench cold --wakes 20 --clients 200"})
final class BenchColdCommand implements Callable<Integer> {

    @Option(
            names = "--wakes",
            defaultValue = "20",
            paramLabel = "N",
            description = "Single wakes to measure (default: ${DEFAULT-VALUE}).")
    private int wakes;

    @Option(
            names = "--clients",
            defaultValue = "200",
            paramLabel = "N",
            description = "Clients that wait for one boot (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var talk = spec.commandLine().getErr();
        try (var subject = SeparateProcesses.start()) {
            var report = new ColdStart(subject, Clock.systemUTC(), line -> {
                        talk.println(line);
                        talk.flush();
                    })
                    .run(wakes, clients);
            print(report, spec.commandLine().getOut());
        }
        return ExitCodes.DONE;
    }

    private static void print(ColdStart.Report report, PrintWriter out) {
        row(out, "request in → first byte at the engine", report.wakes().toEngine());
        row(out, "model loaded → first byte at the engine", report.wakes().fromReady());
        out.printf(
                "%d clients at one boot: %d answered, %d wake(s)%n",
                report.crowd().clients(),
                report.crowd().answered(),
                report.crowd().wakes());
        out.printf("resident memory of serve: %d MiB%n", report.residentMiB());
        out.flush();
    }

    private static void row(PrintWriter out, String what, Sample sample) {
        out.printf(
                Locale.ROOT,
                "%s: median %.0f ms (min %.0f, p90 %.0f, max %.0f; %d runs)%n",
                what,
                sample.median(),
                sample.min(),
                sample.quantile(0.9),
                sample.max(),
                sample.values().size());
    }
}
