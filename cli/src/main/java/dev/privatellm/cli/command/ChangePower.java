// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.ControlClient;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "With --wait: no longer than this (exit code 7); what was asked for goes on.")
    private @Nullable Duration timeout;

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
        requireWait(wait);
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
        var end = ControlClient.watch(
                socket,
                timeout(),
                progress -> waiting.isOver(
                        progress.path("phase").stringValue(""),
                        progress.path("message").stringValue(""),
                        progress.path("wakeWanted").booleanValue(false)));
        return switch (end) {
            case ENOUGH -> waiting.exitCode();
            case LATE -> {
                talk.println("not done within %s; it goes on: 'private-llm status%s' shows how far it is"
                        .formatted(DurationConverter.text(timeout().orElseThrow()), state.repeated()));
                yield ExitCodes.TIMED_OUT;
            }
            case GONE -> ExitCodes.UNREACHABLE;
        };
    }

    /** For how long to wait at most. */
    Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** Refuses a limit to waiting where nobody waits. */
    void requireWait(boolean isWaitedFor) {
        if (timeout != null && !isWaitedFor) {
            throw new CommandFailure(ExitCodes.INVALID, "--timeout: belongs to --wait");
        }
    }

    /** What a command that comes next is told of it; empty if nothing was named. */
    String repeated() {
        return state.repeated();
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
