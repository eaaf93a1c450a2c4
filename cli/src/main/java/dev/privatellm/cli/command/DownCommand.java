// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.ControlClient;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Remove all that was made in the cloud; asks first, since models on the machine's disk go with it. */
@Command(
        name = "down",
        description = {
            "Remove machine, disk, secret, bucket, account and network from the cloud, as soon as no answer is running.",
            "Says first what goes, and what stays at which price."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Certificates on this computer stay. So do the key in Google's KMS, which can never be removed, and APIs that were enabled.",
            "",
            "Examples:",
            "  private-llm down",
            "  private-llm down --yes --wait",
            "  private-llm down --keep-data --yes"
        })
final class DownCommand implements Callable<Integer> {

    @Mixin
    private ChangePower power = new ChangePower();

    @Option(
            names = "--keep-data",
            description =
                    "Only stop the machine and close the firewall; all else stays, as with spec.deletionPolicy: Retain.")
    private boolean isKept;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        var status = ControlClient.call(power.runningSocket(), "status");
        var isRetained = isKept || status.path("retained").booleanValue(false);
        var talk = command.commandLine().getErr();
        Departure.of(status, isRetained).forEach(talk::println);
        talk.flush();
        if (!yes && !Terminal.confirms("Go on?", "say so with --yes, there is no terminal to ask at")) {
            talk.println("nothing was removed");
            return ExitCodes.INTERRUPTED;
        }
        return isRetained
                ? power.ask("down", Set.of("Stopped"), Map.of("keepData", true))
                : power.ask("down", Set.of("Pending"));
    }
}
