// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Wake the machine now, without a request; clears what a failed attempt blocked. */
@Command(
        name = "wake",
        description = "Wake the machine now, without a request; clears what a failed attempt blocked.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  private-llm wake --wait"})
final class WakeCommand implements Callable<Integer> {

    @Mixin
    private ChangePower power = new ChangePower();

    @Option(
            names = "--override-budget",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "For so long an exceeded budget of the document does not matter; 0s takes that back.")
    private @Nullable Duration overrideBudget;

    @Override
    public Integer call() {
        return overrideBudget == null
                ? power.ask("wake", Set.of("Running"))
                : power.ask("wake", Set.of("Running"), Map.of("overrideBudgetSeconds", overrideBudget.toSeconds()));
    }
}
