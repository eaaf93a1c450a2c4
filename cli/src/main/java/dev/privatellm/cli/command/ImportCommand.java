// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.importing.AgentFile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Say what an old configuration file means as a document; the cloud is not asked, and nothing is changed. */
@Command(
        name = "import",
        description = {
            "Turn the agent.json of the Private LLM agent into a PrivateLlm document, on stdout; what changes its meaning is said on stderr."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  private-llm import > privatellm.yaml",
            "  private-llm import old/agent.json --project my-project > privatellm.yaml"
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

    @Override
    public Integer call() {
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
