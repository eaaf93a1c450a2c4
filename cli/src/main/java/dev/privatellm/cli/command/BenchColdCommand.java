// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.bench.ColdStart;
import dev.privatellm.bench.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Measures what a sleeping machine costs a request beyond its own boot. */
@Command(
        name = "cold",
        description = {
            "Measure cold starts with a machine that boots at once: request in to first byte at the engine, and a crowd at one boot.",
            "Once after each build it first records what the emulated machine's software loads, and makes a cache of that.",
            "Exit code 1 if a crowd takes more than one wake or loses a client; missed times are only told."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  private-llm bench cold",
            "  private-llm bench cold --wakes 3 --clients 20",
            "  private-llm bench cold -o json"
        })
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

    @Option(
            names = {"-o", "--output"},
            defaultValue = "human",
            paramLabel = "human|json",
            description = "Form of the figures (default: ${DEFAULT-VALUE}).")
    private OutputForm form = OutputForm.human;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        requireSome("--wakes", wakes);
        requireSome("--clients", clients);
        try {
            GuestRehearsal.unlessDone(this::tell);
        } catch (IOException | CommandFailure failure) {
            tell("without a cache of the guest's classes, each start takes longer: " + failure.getMessage());
        }
        Report report;
        var subject = new SeparateProcesses();
        var end = new OrderlyEnd(subject, ExitCodes.INTERRUPTED);
        try {
            subject.start();
            report = new ColdStart(subject, Clock.systemUTC(), this::tell).run(wakes, clients);
        } finally {
            end.now();
        }
        print(report, spec.commandLine().getOut());
        return report.isSound() ? ExitCodes.DONE : ExitCodes.INTERNAL;
    }

    private static void requireSome(String option, int count) {
        if (count < 1) {
            throw new CommandFailure(ExitCodes.INVALID, "%s: %d (expected: 1 or more)".formatted(option, count));
        }
    }

    private void tell(String line) {
        var talk = spec.commandLine().getErr();
        talk.println(line);
        talk.flush();
    }

    private void print(Report report, PrintWriter out) {
        switch (form) {
            case human -> ColdTable.print(report, out);
            case json ->
                out.println(JsonMapper.shared()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(ColdTable.json(report)));
        }
        out.flush();
    }
}
