// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.api.v1alpha1.ReasonTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/reference.md} says what the program does, no less and no more. */
class ReferenceTest {
    private static final Path REFERENCE = Path.of("..", "docs", "reference.md");
    private static final Path ROOT = Path.of("..");

    /** A command line in running text or in a block; {@code N}, {@code DIR} and the like stand for a reader's own words. */
    private static final Pattern COMMAND_LINE =
            Pattern.compile("(?:`(?:\\./)?private-llm|(?m:^\\./private-llm)) ([^`\\n]*)");

    private static final Pattern CODE_ROW = Pattern.compile("(?m)^\\| (\\d+) \\|");

    /** Commands that do something; the others only hold them together. */
    static Stream<CommandLine> commands() {
        return leaves(RootCommand.commandLine());
    }

    @Test
    void tellsEveryOptionOfEveryCommandWithItsDefaultInTheWordsOfItsHelp() throws IOException {
        var expected = commands().map(ReferenceTest::section).collect(Collectors.joining("\n"));

        assertThat(part("Commands"))
                .as("the commands; if the program is right, the reference has to say this:\n%s", expected)
                .endsWith("\n" + expected);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyHelpHasAnExampleThatTheCommandUnderstands(CommandLine command) {
        var name = command.getCommandSpec().qualifiedName();
        var examples = Stream.of(command.getCommandSpec().usageMessage().footer())
                .map(String::strip)
                .filter(line -> line.contains(name))
                .map(line -> line.substring(line.indexOf(name)).replaceFirst(" [|>].*", ""))
                .toList();

        assertThat(examples).isNotEmpty().allSatisfy(example -> {
            var words = example.substring("private-llm ".length()).split(" +");
            assertThat(RootCommand.commandLine().parseArgs(words).errors()).isEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandKnowsItsVersion(CommandLine command) {
        var out = new StringWriter();
        var words = command.getCommandSpec().qualifiedName() + " --version";

        assertThat(RootCommand.run(
                        new PrintWriter(out, true),
                        new PrintWriter(out, true),
                        words.substring("private-llm ".length()).split(" ")))
                .isZero();
        assertThat(out.toString()).startsWith("private-llm ");
    }

    @Test
    void theTableOfExitCodesIsWhatTheProgramCanReturn() throws IOException {
        var known = Arrays.stream(ExitCodes.class.getFields())
                .map(ReferenceTest::value)
                .toList();
        var table = CODE_ROW.matcher(part("Exit codes"))
                .results()
                .map(row -> Integer.valueOf(row.group(1)))
                .toList();

        assertThat(table).containsExactlyElementsOf(known.stream().sorted().toList());
        assertThat(Reason.values())
                .extracting(reason -> ReasonTable.of(reason).exitCode())
                .isSubsetOf(known);
        assertThat(String.join(
                        " ",
                        RootCommand.commandLine()
                                .getCommandSpec()
                                .usageMessage()
                                .footer()))
                .as("the root's help")
                .contains(known.stream().map(code -> " " + code + " ").toList());
    }

    @Test
    void everyCommandLineOfADocumentIsUnderstood() throws IOException {
        try (var files = Files.walk(ROOT.resolve("docs"))) {
            var pages = Stream.concat(Stream.of(ROOT.resolve("README.md")), files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
            for (var page : pages) {
                var lines = COMMAND_LINE.matcher(Files.readString(page)).results();
                assertThat(lines.map(line -> line.group(1).replaceFirst(" +#.*", "")))
                        .as(page.toString())
                        .allSatisfy(ReferenceTest::assertUnderstood);
            }
        }
    }

    private static void assertUnderstood(String words) {
        var out = new StringWriter();
        var writer = new PrintWriter(out, true);
        var line = words.endsWith("…") || words.isEmpty() ? "--help" : words + " --help";
        assertThat(RootCommand.run(writer, writer, line.split(" +")))
                .as(out.toString())
                .isZero();
    }

    private static Stream<CommandLine> leaves(CommandLine command) {
        var below = command.getSubcommands().values();
        return below.isEmpty()
                ? Stream.of(command).filter(leaf -> !leaf.getCommandName().equals("help"))
                : below.stream().flatMap(ReferenceTest::leaves);
    }

    private static String section(CommandLine command) {
        var spec = command.getCommandSpec();
        var options = spec.options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .map(ReferenceTest::row)
                .sorted();
        var arguments = spec.positionalParameters().stream()
                .map(argument -> "| `%s` |  | %s |\n".formatted(argument.paramLabel(), text(argument.description())));
        var rows = Stream.concat(arguments, options).collect(Collectors.joining());
        return """
                ### `%s`

                %s

                | Option | Default | |
                |---|---|---|
                %s""".formatted(spec.qualifiedName(), text(spec.usageMessage().description()), rows);
    }

    private static String row(OptionSpec option) {
        var names = Stream.of(option.names()).collect(Collectors.joining("`, `", "`", ""));
        var parameter =
                option.arity().max() == 0 ? "" : " " + option.paramLabel().replace("|", "\\|");
        return "| %s%s` | %s | %s |\n"
                .formatted(
                        names,
                        parameter,
                        option.defaultValue() == null ? "" : "`" + option.defaultValue() + "`",
                        text(option.description()).replace(" (default: " + option.defaultValue() + ")", ""));
    }

    private static String text(String... lines) {
        return String.join(" ", List.of(lines));
    }

    private static Integer value(Field constant) {
        try {
            return (Integer) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /** What stands under a heading. */
    private static String part(String heading) throws IOException {
        var text = Files.readString(REFERENCE);
        int from = text.indexOf("\n## " + heading + "\n");
        assertThat(from).as(heading).isNotNegative();
        int to = text.indexOf("\n## ", from + 1);
        return text.substring(from, to < 0 ? text.length() : to);
    }
}
