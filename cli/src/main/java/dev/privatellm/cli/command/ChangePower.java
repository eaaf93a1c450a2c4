// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.ControlClient;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands that wake and that put to sleep have in common: which workstation is asked, and whether to wait until it is done. */
final class ChangePower {
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
        var answer = ControlClient.call(socket, method, params);
        if (!wait) {
            return ExitCodes.DONE;
        }
        var heard = answer.path("heard");
        var waiting = heard.isMissingNode()
                ? new Waiting(reached, talk)
                : Waiting.forWake(reached, heard.booleanValue(false), talk);
        var isOver = ControlClient.watch(
                socket,
                progress -> waiting.isOver(
                        progress.path("phase").stringValue(""),
                        progress.path("message").stringValue(""),
                        progress.path("wakeWanted").booleanValue(false)));
        return isOver ? waiting.exitCode() : ExitCodes.UNREACHABLE;
    }

    /** The control socket of the one that runs; empty if none does. */
    Optional<Path> socketOfRunning() {
        return state.socketOfRunning();
    }

    /** The folder that is meant, or the usual one of this name. */
    Path folder(String name) {
        return state.folder(name);
    }

    /** The control socket of the one that runs. */
    Path runningSocket() {
        return state.runningSocket();
    }
}
