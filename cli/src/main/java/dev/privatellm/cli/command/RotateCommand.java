// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Replace keys, certificates and tokens of both sides now, without a stop. */
@Command(
        name = "rotate",
        description = {
            "Replace keys, certificates and tokens of both sides now. A machine that serves goes on serving, and no answer is cut;",
            "one that sleeps gets others with its next wake anyway. Shown by 'status -o json' under certificates, as the generation."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Where nobody runs, it is noted in the state folder and carried out by the next 'private-llm serve'.",
            "",
            "Examples:",
            "  private-llm rotate",
            "  private-llm rotate --ca",
            "  private-llm rotate --ca --compromised --yes"
        })
final class RotateCommand implements Callable<Integer> {

    @Mixin
    private Rotation rotation = new Rotation();

    @Option(
            names = "--ca",
            description =
                    "The authority that signs them, too: in three steps while the machine serves, at once while it sleeps.")
    private boolean authority;

    @Option(
            names = "--compromised",
            description =
                    "With --ca: somebody else may have its key. It is distrusted first; every connection is cut, and calls are held until all is issued anew.")
    private boolean compromised;

    @Option(names = "--yes", description = "Do not ask. Without a terminal, only --compromised does.")
    private boolean yes;

    @Override
    public Integer call() {
        if (compromised && !authority) {
            throw new CommandFailure(
                    ExitCodes.INVALID, "--compromised goes with --ca only: it is the authority's key that was stolen");
        }
        if (compromised) {
            return rotation.stolenAuthority(yes);
        }
        return authority ? rotation.authority(yes) : rotation.leaves(yes);
    }
}
