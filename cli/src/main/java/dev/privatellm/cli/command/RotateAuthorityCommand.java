// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Another name of {@code rotate --ca}, from before there was that. */
@Command(
        name = "rotate-mtls-ca",
        description = "The same as 'rotate --ca'.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  private-llm rotate-mtls-ca"})
final class RotateAuthorityCommand implements Callable<Integer> {

    @Mixin
    private Rotation rotation = new Rotation();

    @Option(names = "--yes", description = "Do not ask. Without a terminal, nothing is asked.")
    private boolean yes;

    @Override
    public Integer call() {
        return rotation.authority(yes);
    }
}
