// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.importing.AgentFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    /** Such a file is a screen long. */
    private static final long MAX_BYTES = 1 << 20;

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
            imported = AgentFile.read(text(from), project);
        } catch (AgentFile.Unusable unusable) {
            throw new CommandFailure(ExitCodes.INVALID, "%s: %s".formatted(from, unusable.getMessage()));
        }
        String document = YAML.writeValueAsString(imported.document());
        DocumentFile.parse("what %s says".formatted(from), document);
        command.commandLine().getOut().print(document);
        imported.notes().forEach(command.commandLine().getErr()::println);
        return ExitCodes.DONE;
    }

    private static String text(Path from) {
        try {
            if (Files.size(from) > MAX_BYTES) {
                throw new CommandFailure(
                        ExitCodes.INVALID, "%s is larger than such a file can be (1 MiB)".formatted(from));
            }
            return Files.readString(from);
        } catch (NoSuchFileException missing) {
            throw new CommandFailure(
                    ExitCodes.MISSING, "%s does not exist; name the file:  private-llm import PATH".formatted(from));
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    ExitCodes.MISSING, "%s cannot be read: %s".formatted(from, unreadable.getMessage()));
        }
    }
}
