// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.Policies;
import dev.privatellm.cli.workstation.ControlClient;
import dev.privatellm.cli.workstation.OnRecord;
import dev.privatellm.cli.workstation.StatePlaces;
import dev.privatellm.machine.power.PowerRequests;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Remove all that was made in the cloud; asks first, since models on the machine's disk go with it. */
@Command(
        name = "down",
        description = {
            "Remove machine, disk, secret, bucket, account and network from the cloud, as soon as no answer is running.",
            "Says first what goes, and what stays at which price. No 'serve' has to run."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Certificates on this computer stay. So do APIs that were enabled, and key and ring in Google's KMS, whose names can never be removed.",
            "",
            "Examples:",
            "  private-llm down",
            "  private-llm down --yes --wait",
            "  private-llm down --keep-data --yes",
            "  private-llm down --delete-kms --yes"
        })
final class DownCommand implements Callable<Integer> {
    private static final Set<String> GONE = Set.of("Pending");
    private static final Set<String> STOPPED = Set.of("Stopped");

    @Mixin
    private ChangePower power = new ChangePower();

    @Option(
            names = "--keep-data",
            description =
                    "Only stop the machine and close the firewall; all else stays, as with spec.deletionPolicy: Retain.")
    private boolean isKept;

    @Option(
            names = "--delete-kms",
            description =
                    "Destroy the versions of the key in Google's KMS, too, as with spec.kmsDeletionPolicy: Delete; its name stays for ever, at no price.")
    private boolean isKeyDeleted;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "The document, where nobody serves (default: privatellm.yaml in ~/.config/private-llm).")
    private @Nullable Path file;

    @Mixin
    private CloudOption google = new CloudOption();

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        var socket = power.socketOfRunning();
        return socket.isPresent() ? ask(socket.get()) : run();
    }

    private int ask(Path socket) {
        var status = ControlClient.call(socket, "status");
        var isRetained = isKept || status.path("retained").booleanValue(false);
        var isKeyRemoved = isKeyDeleted || status.path("keyRemoved").booleanValue(false);
        if (!isConfirmed(status, isRetained, isKeyRemoved)) {
            return ExitCodes.INVALID;
        }
        return isRetained
                ? power.ask("down", STOPPED, Map.of("keepData", true))
                : power.ask("down", GONE, Map.of("deleteKms", isKeyDeleted));
    }

    /** Without a process that could be asked, it is done here. */
    private int run() {
        var document = DocumentFile.read(Optional.ofNullable(file).orElseGet(ServeCommand::customaryDocument));
        var folder = power.folder(StatePlaces.DEFAULT);
        var status = OnRecord.status(folder, document)
                .orElseThrow(() -> new CommandFailure(
                        ExitCodes.MISSING,
                        "nothing was ever made for %s from %s: name its document with --file and its folder with --state"
                                .formatted(document.metadata(), folder)));
        var isRetained = isKept || document.spec().policies().deletion() == Policies.Deletion.RETAIN;
        var isKeyRemoved = isKeyDeleted || document.spec().policies().kmsDeletion() == Policies.KmsDeletion.DELETE;
        if (!isConfirmed(status, isRetained, isKeyRemoved)) {
            return ExitCodes.INVALID;
        }
        var removal = isKeyDeleted ? PowerRequests.Order.REMOVAL_WITH_KEY : PowerRequests.Order.REMOVAL;
        var order = isRetained ? PowerRequests.Order.RETENTION : removal;
        return new Errand(
                        document,
                        folder,
                        google,
                        power.timeout(),
                        command.commandLine().getErr())
                .run(new PowerRequests(Optional.empty(), Optional.empty(), order), isRetained ? STOPPED : GONE);
    }

    private boolean isConfirmed(JsonNode status, boolean isRetained, boolean isKeyRemoved) {
        var talk = command.commandLine().getErr();
        if (isRetained && isKeyDeleted) {
            throw new CommandFailure(
                    ExitCodes.INVALID,
                    "--delete-kms: what is kept is sealed with the key (expected: without --keep-data and deletionPolicy: Retain)");
        }
        Departure.of(status, isRetained, isKeyRemoved).forEach(talk::println);
        talk.flush();
        if (yes || Terminal.confirms("Go on?", "say so with --yes, there is no terminal to ask at")) {
            return true;
        }
        talk.println("nothing was removed");
        return false;
    }
}
