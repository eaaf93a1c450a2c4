// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    @Override
    public Integer call() {
        return power.ask("up", Set.of("Running"));
    }
}
