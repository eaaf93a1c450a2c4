// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Make everything that the document asks for, and wake the machine; the opposite of {@code down}. */
@Command(
        name = "up",
        description =
                "Make network, key, account, bucket, secret and machine where they are missing, and wake the machine.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  private-llm up --wait"})
final class UpCommand implements Callable<Integer> {

    @Mixin
    private ChangePower power = new ChangePower();

    @Option(
            names = "--confirm",
            paramLabel = "HASH",
            description =
                    "Replace the machine at its next wake, with the disk and the models on it; 'status -o json' names the hash.")
    private @Nullable String confirm;

    @Override
    public Integer call() {
        return confirm == null
                ? power.ask("up", Set.of("Running"))
                : power.ask("up", Set.of("Running"), Map.of("confirm", confirm));
    }
}
