// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.ControlClient;
import dev.privatellm.machine.plan.PartId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Remove all that was made in the cloud; asks first, since models on the machine's disk go with it. */
@Command(
        name = "down",
        description =
                "Remove machine, disk, secret, bucket, account and network from the cloud, as soon as no answer is running.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Certificates on this computer stay. So do the key in Google's KMS, which can never be removed, and APIs that were enabled.",
            "",
            "Examples:",
            "  private-llm down",
            "  private-llm down --yes --wait"
        })
final class DownCommand implements Callable<Integer> {
    private static final Set<String> STAYS = Arrays.stream(PartId.Kind.values())
            .filter(PartId.Kind::isPermanent)
            .map(PartId.Kind::name)
            .collect(Collectors.toUnmodifiableSet());

    @Mixin
    private ChangePower power = new ChangePower();

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        if (!yes && !isConfirmed()) {
            command.commandLine().getErr().println("nothing was removed");
            return ExitCodes.INTERRUPTED;
        }
        return power.ask("down", Set.of("Pending"));
    }

    private boolean isConfirmed() {
        var removed = removed(ControlClient.call(power.runningSocket(), "status"));
        return Terminal.confirmsThatThis("removes " + removed);
    }

    private static String removed(JsonNode status) {
        List<String> parts = new ArrayList<>();
        var machine = status.path("machine");
        if (!machine.isMissingNode()) {
            parts.add("machine %s in %s with its disk and the models on it"
                    .formatted(
                            machine.path("name").stringValue(""),
                            machine.path("zone").stringValue("")));
        }
        status.path("external")
                .valueStream()
                .filter(part -> !STAYS.contains(part.path("kind").stringValue("")))
                .map(part -> part.path("kind")
                                .stringValue("")
                                .toLowerCase(Locale.ROOT)
                                .replace('_', ' ')
                        + " "
                        + part.path("name").stringValue(""))
                .forEach(parts::add);
        return parts.isEmpty() ? "nothing: nothing was made yet" : String.join(", ", parts);
    }
}
