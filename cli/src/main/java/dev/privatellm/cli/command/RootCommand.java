// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.ReasonTable;
import dev.privatellm.cli.workstation.WorkstationFailure;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;

/** The command line as a whole: its commands, and how a failure is said. A bare {@code private-llm} is {@code serve}. */
@Command(
        name = "private-llm",
        description =
                "A large model that only you can read, on a GPU machine that exists only while somebody needs it.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            StatusCommand.class,
            CostCommand.class,
            WakeCommand.class,
            SleepCommand.class,
            UpCommand.class,
            DownCommand.class,
            RotateCommand.class,
            RotateAuthorityCommand.class,
            CertsCommand.class,
            GcCommand.class,
            ImportCommand.class,
            LabCommand.class,
            BenchCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "Without a command it is 'serve'. Examples:",
            "  private-llm demo                 rehearse everything on this machine, for 0 USD",
            "  private-llm demo --once          a guided tour that ends with a proof",
            "  private-llm serve --file my.yaml the gateway for a document of yours",
            "",
            "Exit codes: 0 done, 1 internal, 2 invalid input, 3 time will help, 4 an administrator must act,",
            "5 not reachable or taken, 7 timed out, 8 something is missing here, 130 interrupted."
        })
public final class RootCommand {

    /** Runs one command line and returns its exit code; never throws. */
    public static int run(String... arguments) {
        return run(
                new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments);
    }

    /** The same with other places for data and talk. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        var line = commandLine().setOut(out).setErr(err);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof CommandFailure expected) {
                command.getErr().println("private-llm: " + expected.getMessage());
                return expected.exitCode();
            }
            if (failure instanceof WorkstationFailure known) {
                command.getErr().println("private-llm: " + known.getMessage());
                command.getErr().println(known.reason().next());
                return ReasonTable.of(known.reason()).exitCode();
            }
            command.getErr().println("private-llm: internal error, please report it with what follows");
            failure.printStackTrace(command.getErr());
            return ExitCodes.INTERNAL;
        });
        line.setParameterExceptionHandler(RootCommand::explain);
        var words = OneDash.widened(line, arguments);
        int code = line.execute(
                isBareServe(words)
                        ? Stream.concat(Stream.of("serve"), Stream.of(words)).toArray(String[]::new)
                        : words);
        out.flush();
        return code;
    }

    /** All commands; each tells the same version. */
    static CommandLine commandLine() {
        var root = new CommandLine(new RootCommand());
        tellVersion(root);
        return root;
    }

    private static void tellVersion(CommandLine line) {
        line.getCommandSpec().versionProvider(new Version());
        line.getSubcommands().values().forEach(RootCommand::tellVersion);
    }

    /** No command named: options alone belong to serve, except the two that are the root's own. */
    private static boolean isBareServe(String... arguments) {
        if (arguments.length == 0) {
            return true;
        }
        var first = arguments[0];
        return first.startsWith("-")
                && !Stream.of("-h", "--help", "-V", "--version").anyMatch(first::equals);
    }

    private static int explain(ParameterException failure, String... arguments) {
        var command = failure.getCommandLine();
        command.getErr().println("private-llm: " + failure.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, command.getErr())) {
            command.getErr().println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        return ExitCodes.INVALID;
    }
}
