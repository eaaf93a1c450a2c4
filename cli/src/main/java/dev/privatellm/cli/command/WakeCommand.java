// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Wake the machine now, without a request; clears what a failed attempt blocked. */
@Command(
        name = "wake",
        description = "Wake the machine now, without a request; clears what a failed attempt blocked.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  private-llm wake --wait"})
final class WakeCommand implements Callable<Integer> {

    @Mixin
    private ChangePower power = new ChangePower();

    @Override
    public Integer call() {
        return power.ask("wake", Set.of("Running"));
    }
}
