// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Put the machine to sleep as soon as no answer is running. */
@Command(
        name = "sleep",
        description = "Put the machine to sleep as soon as no answer is running.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  private-llm sleep --wait"})
final class SleepCommand implements Callable<Integer> {

    @Mixin
    private ChangePower power = new ChangePower();

    @Override
    public Integer call() {
        return power.ask("sleep", Set.of("Stopped", "Pending", "BudgetExceeded"));
    }
}
