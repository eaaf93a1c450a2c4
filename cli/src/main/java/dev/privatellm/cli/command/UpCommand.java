// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.cli.workstation.Foreseen;
import dev.privatellm.cli.workstation.StatePlaces;
import dev.privatellm.machine.plan.Preview;
import java.nio.file.Path;
import java.time.Instant;
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

/** Make everything that the document asks for, and wake the machine; the opposite of {@code down}. With {@code --plan}, only say what that would be. */
@Command(
        name = "up",
        description = {
            "Make network, key, account, bucket, secret and machine where they are missing, and wake the machine.",
            "With --plan: say what would be made, changed and replaced, and what it costs; nothing is changed, and no 'serve' is needed."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  private-llm up --wait",
            "  private-llm up --plan --file privatellm.yaml",
            "  private-llm up --confirm 0123456789ab"
        })
final class UpCommand implements Callable<Integer> {

    @Mixin
    private ChangePower power = new ChangePower();

    @Option(
            names = "--confirm",
            paramLabel = "HASH",
            description =
                    "Replace the machine at its next wake, with the disk and the models on it; --plan names the hash.")
    private @Nullable String confirm;

    @Option(
            names = {"--plan", "--dry-run"},
            description = "Only say what would be done; nothing is changed.")
    private boolean planOnly;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "The document of --plan (default: privatellm.yaml in ~/.config/private-llm).")
    private @Nullable Path file;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "human",
            paramLabel = "human|json",
            description = "Form of --plan (default: ${DEFAULT-VALUE}).")
    private OutputForm form = OutputForm.human;

    @Mixin
    private CloudOption google = new CloudOption();

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        if (planOnly) {
            return plan(DocumentFile.read(Optional.ofNullable(file).orElseGet(ServeCommand::customaryDocument)));
        }
        return confirm == null
                ? power.ask("up", Set.of("Running"))
                : power.ask("up", Set.of("Running"), Map.of("confirm", confirm));
    }

    private int plan(PrivateLlm document) {
        Preview preview;
        try (var connection = google.connect(document)) {
            preview = CloudOption.asking(() -> Foreseen.find(
                    document,
                    connection.ports(),
                    google.release(document),
                    power.folder(StatePlaces.DEFAULT),
                    google.rehearsal(),
                    Instant.now()));
        }
        var out = command.commandLine().getOut();
        switch (form) {
            case human -> PlanTable.print(preview, out);
            case json -> PlanTable.printJson(preview, out);
        }
        return ExitCodes.DONE;
    }
}
