// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.importing.AgentFile;
import dev.privatellm.cli.workstation.StatePlaces;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Take over what was there before: an old configuration file as a document, or, with a state folder that is lost, all that it has left in the cloud. */
@Command(
        name = "import",
        description = {
            "Turn the agent.json of the Private LLM agent into a PrivateLlm document, on stdout; what changes its meaning is said on stderr.",
            "With --adopt and no AGENT_JSON: write a state folder anew that was lost, from what its machine in the cloud tells."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  private-llm import > privatellm.yaml",
            "  private-llm import old/agent.json --project my-project > privatellm.yaml",
            "  private-llm import --adopt --plan --file privatellm.yaml",
            "  private-llm import --adopt --yes --file privatellm.yaml"
        })
final class ImportCommand implements Callable<Integer> {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .build();

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
            names = "--file",
            paramLabel = "FILE",
            description =
                    "The document whose state folder is lost (default: privatellm.yaml in ~/.config/private-llm).")
    private Optional<Path> document = Optional.empty();

    @Mixin
    private Consent consent = new Consent();

    @Mixin
    private StateOption state = new StateOption();

    @Mixin
    private CloudOption cloud = new CloudOption();

    @Override
    public Integer call() {
        if (adopt && file.isEmpty()) {
            return AdoptLostState.run(
                    DocumentFile.read(document.orElseGet(ServeCommand::customaryDocument)),
                    cloud,
                    state.folder(StatePlaces.DEFAULT),
                    consent,
                    command.commandLine().getOut());
        }
        return translate();
    }

    private int translate() {
        Path from = file.orElseGet(() -> ServeCommand.configurationFolder().resolve("agent.json"));
        AgentFile.Imported imported;
        try {
            imported = AgentFile.read(DocumentFile.text(from, "name the file:  private-llm import PATH"), project);
        } catch (AgentFile.Unusable unusable) {
            throw new CommandFailure(ExitCodes.INVALID, "%s: %s".formatted(from, unusable.getMessage()));
        }
        String document = YAML.writeValueAsString(imported.document());
        DocumentFile.parse("what %s says".formatted(from), document);
        command.commandLine().getOut().print(document);
        imported.notes().forEach(command.commandLine().getErr()::println);
        return ExitCodes.DONE;
    }
}
