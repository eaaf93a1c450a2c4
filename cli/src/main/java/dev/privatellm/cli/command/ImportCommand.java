// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.importing.AgentFile;
import dev.privatellm.cli.workstation.FolderRecords;
import dev.privatellm.cli.workstation.StatePlaces;
import dev.privatellm.machine.sweep.Claims;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Take over what was there before: an old configuration file as a document, or, with a state folder that is lost, all that it has left in the cloud. */
@Command(
        name = "import",
        description = {
            "Turn the agent.json of the Private LLM agent into a PrivateLlm document, on stdout; what changes its meaning is said on stderr.",
            "With --adopt: look for what that agent has made in the cloud, and write the document with which the next wake takes its machine over.",
            "With --adopt and no AGENT_JSON: write a state folder anew that was lost, from what its machine in the cloud tells."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  private-llm import > privatellm.yaml",
            "  private-llm import old/agent.json --project my-project > privatellm.yaml",
            "  private-llm import ~/.config/private-llm/agent.json --adopt --plan",
            "  private-llm import --adopt --plan --file privatellm.yaml",
            "  private-llm import --adopt --yes --file privatellm.yaml"
        })
final class ImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "AGENT_JSON",
            description = "The file (default: agent.json in ~/.config/private-llm).")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--project", paramLabel = "ID", description = "The project, if the file names none.")
    private Optional<String> project = Optional.empty();

    @Option(names = "--adopt", description = "Take over what stands in the cloud; says what that is, and asks first.")
    private boolean adopt;

    @Option(
            names = "--retire",
            description =
                    "With --adopt and AGENT_JSON, once the machine is taken over: remove the old firewall rule and the old secrets.")
    private boolean retire;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description =
                    "With --adopt: the document to write, or without AGENT_JSON the one whose state folder is lost (default: privatellm.yaml in ~/.config/private-llm).")
    private Optional<Path> document = Optional.empty();

    @Option(
            names = "--held-by",
            paramLabel = "HOLDER",
            description =
                    "With --adopt and no AGENT_JSON: take the machine back though this holder's claim has not ended, because you know that its folder is lost.")
    private Optional<String> goneHolder = Optional.empty();

    @Mixin
    private Consent consent = new Consent();

    @Mixin
    private StateOption state = new StateOption();

    @Mixin
    private CloudOption cloud = new CloudOption();

    @Override
    public Integer call() {
        if (retire && (!adopt || file.isEmpty())) {
            throw new CommandFailure(
                    ExitCodes.INVALID, "--retire: belongs to an old installation (expected: AGENT_JSON and --adopt)");
        }
        if (goneHolder.isPresent() && (!adopt || file.isPresent())) {
            throw new CommandFailure(
                    ExitCodes.INVALID,
                    "--held-by: belongs to a state folder that is lost (expected: --adopt and no AGENT_JSON)");
        }
        if (!adopt && document.isPresent()) {
            throw new CommandFailure(
                    ExitCodes.INVALID,
                    "--file: belongs to --adopt; without it the document goes to stdout:  private-llm import > FILE");
        }
        if (adopt && file.isPresent()) {
            return takeOver(file.get());
        }
        if (adopt) {
            Path place = document.orElseGet(ServeCommand::customaryDocument);
            return AdoptLostState.run(
                    DocumentFile.read(place),
                    cloud,
                    state.folder(StatePlaces.DEFAULT),
                    goneHolder,
                    consent,
                    next(place),
                    command.commandLine().getOut());
        }
        return translate();
    }

    private String next(Path written) {
        return "private-llm serve --file %s%s%s".formatted(written, state.repeated(), cloud.repeated());
    }

    private int takeOver(Path from) {
        AgentFile.Imported imported = read(from, AgentFile::readToAdopt);
        try (var connection = CloudOption.connect(imported.names().project(), Optional.empty(), cloud.rehearsal())) {
            var old = new AdoptOldInstallation(
                    connection.ports(), consent, command.commandLine().getOut());
            Path place = document.orElseGet(ServeCommand::customaryDocument);
            return retire ? old.retire(imported, claims()) : old.adopt(imported, place, next(place));
        }
    }

    private Claims claims() {
        try (FolderRecords records = FolderRecords.open(state.folder(StatePlaces.DEFAULT))) {
            return records.read();
        }
    }

    private AgentFile.Imported read(Path from, BiFunction<String, Optional<String>, AgentFile.Imported> reader) {
        try {
            return reader.apply(DocumentFile.text(from, "name the file:  private-llm import PATH"), project);
        } catch (AgentFile.Unusable unusable) {
            throw new CommandFailure(ExitCodes.INVALID, "%s: %s".formatted(from, unusable.getMessage()));
        }
    }

    private int translate() {
        Path from = file.orElseGet(() -> ServeCommand.configurationFolder().resolve("agent.json"));
        AgentFile.Imported imported = read(from, AgentFile::read);
        String document = imported.text();
        DocumentFile.parse("what %s says".formatted(from), document);
        command.commandLine().getOut().print(document);
        imported.notes().forEach(command.commandLine().getErr()::println);
        return ExitCodes.DONE;
    }
}
