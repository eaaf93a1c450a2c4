// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.ControlClient;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** What the commands that wake and that put to sleep have in common: which workstation is asked, and whether to wait until it is done. */
final class ChangePower {
    /** Phases that do not end by waiting at the terminal, and what the shell is told of them; the last line said why. */
    private static final Map<String, Integer> IN_VAIN = Map.of(
            "NoCapacity",
            ExitCodes.RETRY_LATER,
            "BudgetExceeded",
            ExitCodes.ADMINISTRATOR,
            "AuthError",
            ExitCodes.ADMINISTRATOR,
            "Failed",
            ExitCodes.ADMINISTRATOR);

    @Mixin
    private StateOption state = new StateOption();

    @Option(names = "--wait", description = "Return only when it is done, with a line for every stage.")
    private boolean wait;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * Asks; returns the exit code.
     *
     * @param method of the control socket
     * @param reached phases in which the wish is fulfilled
     */
    int ask(String method, Set<String> reached) {
        return ask(method, reached, Map.of());
    }

    /** The same with something said about it. */
    int ask(String method, Set<String> reached, Map<String, ?> params) {
        Path socket = state.runningSocket();
        PrintWriter talk = command.commandLine().getErr();
        ControlClient.call(socket, method, params);
        if (!wait) {
            return ExitCodes.DONE;
        }
        var last = new String[] {""};
        var phase = new AtomicReference<>("");
        var isOver = ControlClient.watch(socket, progress -> {
            var line = line(progress);
            if (!line.equals(last[0])) {
                talk.println(line);
                talk.flush();
                last[0] = line;
            }
            phase.set(progress.path("phase").stringValue(""));
            return reached.contains(phase.get()) || IN_VAIN.containsKey(phase.get());
        });
        if (!isOver) {
            return ExitCodes.UNREACHABLE;
        }
        return reached.contains(phase.get()) ? ExitCodes.DONE : IN_VAIN.getOrDefault(phase.get(), ExitCodes.INTERNAL);
    }

    /** The folder that is meant, or the usual one of this name. */
    Path folder(String name) {
        return state.folder(name);
    }

    /** The control socket of the one that runs. */
    Path runningSocket() {
        return state.runningSocket();
    }

    private static String line(JsonNode progress) {
        return progress.path("phase").stringValue("") + ": "
                + progress.path("message").stringValue("");
    }
}
