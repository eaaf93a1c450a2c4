// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Put the machine to sleep as soon as no answer is running. */
@Command(
        name = "sleep",
        description = "Put the machine to sleep as soon as no answer is running.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  private-llm sleep --wait"})
final class SleepCommand implements Callable<Integer> {

    @Mixin
    private StateOption state = new StateOption();

    @Option(names = "--wait", description = "Return only when it is done, with a line for every stage.")
    private boolean wait;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return new ChangePower(spec.commandLine().getErr())
                .ask(state.runningSocket(), "sleep", wait, Set.of("Stopped"));
    }
}
