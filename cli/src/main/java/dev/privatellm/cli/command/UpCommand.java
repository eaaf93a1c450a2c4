// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.cli.workstation.ControlClient;
import dev.privatellm.cli.workstation.Foreseen;
import dev.privatellm.cli.workstation.KeptPrices;
import dev.privatellm.cli.workstation.StatePlaces;
import dev.privatellm.machine.plan.Preview;
import dev.privatellm.machine.power.PowerRequests;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Make everything that the document asks for, and wake the machine; the opposite of {@code down}. The document is changed first where fields are given, and a
 * {@code serve} that runs goes on with it; where none runs, all is done here. With {@code --plan}, only say what that would be.
 */
@Command(
        name = "up",
        description = {
            "Make network, key, account, bucket, secret and machine where they are missing, and wake the machine.",
            "Where nobody serves: make them, let the machine install itself and pull its models, and put it to sleep.",
            "Fields of the document that are given are written to it first; it is begun if there is none.",
            "With --plan: say what would be made, changed and replaced, and what it costs; nothing is changed."
        },
        mixinStandardHelpOptions = true,
        modelTransformer = DocumentOptions.class,
        footer = {
            "",
            "Examples:",
            "  private-llm up --wait",
            "  private-llm up --plan --file privatellm.yaml",
            "  private-llm up --project-id my-project --zones europe-west4-a,us-central1-a --machine-types g2-standard-8 --model llama3.2:3b",
            "  private-llm up --idle-timeout-seconds 900 --yes",
            "  private-llm up --confirm 0123456789ab"
        })
final class UpCommand implements Callable<Integer> {
    private static final Set<String> IS_UP = Set.of("Running");

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

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "The document (default: privatellm.yaml in ~/.config/private-llm).")
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
        var parsed = command.commandLine().getParseResult();
        var fields = DocumentOptions.given(parsed);
        if (planOnly) {
            var foreseen = EditedDocument.of(place(), fields).read();
            DocumentOptions.requireRegion(parsed, foreseen);
            var preview = preview(foreseen);
            var out = command.commandLine().getOut();
            switch (form) {
                case human -> PlanTable.print(preview, prices(), Instant.now(), named(), out);
                case json -> PlanTable.printJson(preview, prices(), out);
            }
            return ExitCodes.DONE;
        }
        var isServed = power.socketOfRunning().isPresent();
        if (isServed && fields.isEmpty() && file == null) {
            if (confirm == null) {
                sayWhatIsNotReplaced();
            }
            return power.ask("up", IS_UP, params());
        }
        var edited = EditedDocument.of(place(), fields);
        var document = edited.read();
        DocumentOptions.requireRegion(parsed, document);
        var talk = command.commandLine().getErr();
        PlanTable.print(preview(document), prices(), Instant.now(), named(), talk);
        if (!yes && !Terminal.confirms(edited.question(isServed), edited.unasked())) {
            talk.println("nothing was changed");
            return ExitCodes.INVALID;
        }
        if (isServed) {
            // Whatever becomes of the wake: what is served and what is in the file are the same.
            ControlClient.call(power.runningSocket(), "change", Map.of("document", edited.text()));
            edited.write();
            return power.ask("up", IS_UP, params());
        }
        edited.write();
        return new Errand(document, power.folder(StatePlaces.DEFAULT), google, power.timeout(), talk)
                .wake(wish(), IS_UP);
    }

    /** A machine that cannot become what the document asks for is woken as it is: what would be lost, and how it is replaced all the same. */
    private void sayWhatIsNotReplaced() {
        var talk = command.commandLine().getErr();
        ControlClient.call(power.runningSocket(), "status")
                .path("conditions")
                .valueStream()
                .filter(condition -> condition.path("reason").asString("").equals(Reason.REPLACE_REQUIRED.word()))
                .map(condition -> condition.path("message").asString(""))
                .forEach(talk::println);
        talk.flush();
    }

    private String named() {
        return (file == null ? "" : " --file " + file) + power.repeated() + google.repeated();
    }

    private Path place() {
        return Optional.ofNullable(file).orElseGet(ServeCommand::customaryDocument);
    }

    private Map<String, String> params() {
        return confirm == null ? Map.of() : Map.of("confirm", confirm);
    }

    private PowerRequests wish() {
        return new PowerRequests(Optional.of(UUID.randomUUID().toString()), Optional.empty(), PowerRequests.Order.NONE)
                .confirming(Optional.ofNullable(confirm));
    }

    private KeptPrices prices() {
        return KeptPrices.read(power.folder(StatePlaces.DEFAULT));
    }

    private Preview preview(PrivateLlm document) {
        try (var connection = google.connect(document)) {
            return CloudOption.asking(() -> Foreseen.find(
                    document,
                    connection.ports(),
                    google.release(document),
                    power.folder(StatePlaces.DEFAULT),
                    google.rehearsal(),
                    Instant.now()));
        }
    }
}
