// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command of a fenced {@code sh} block of the README or of a page below {@code docs}.
 *
 * @param where the first place that has it: file and line
 * @param exports lines of the same block before it that set variables for it
 * @param text what a reader copies, without the comment after it
 */
record DocumentedCommand(String where, List<String> exports, String text) {
    private static final String FENCE = "```";
    private static final Pattern COMMENT = Pattern.compile("\\s+#\\s.*$");

    /** What looks like a command to whoever reads it. */
    private static final Pattern COMMAND =
            Pattern.compile("(\\$ |sudo )?(\\./|private-llm |curl |gcloud |export |docker |git |cd ).*");

    /** All of them, each once, in the order of reading: README first. */
    static List<DocumentedCommand> all() throws IOException {
        Map<List<String>, DocumentedCommand> found = new LinkedHashMap<>();
        for (var page : pages()) {
            for (var command : of(page)) {
                var key = Stream.concat(command.exports.stream(), Stream.of(command.text))
                        .toList();
                found.putIfAbsent(key, command);
            }
        }
        return List.copyOf(found.values());
    }

    /** Lines that look like commands and stand in a block that is not marked {@code sh}, so that nobody would try them. */
    static List<String> unmarked() throws IOException {
        var suspects = new ArrayList<String>();
        for (var page : pages()) {
            for (var block : blocks(page)) {
                if (!block.language.equals("sh")) {
                    block.lines.stream()
                            .filter(line -> COMMAND.matcher(line).matches())
                            .forEach(line -> suspects.add(block.where + " " + line));
                }
            }
        }
        return suspects;
    }

    @Override
    public String toString() {
        return where + " " + text;
    }

    private static List<DocumentedCommand> of(Path page) throws IOException {
        var commands = new ArrayList<DocumentedCommand>();
        for (var block : blocks(page)) {
            if (!block.language.equals("sh")) {
                continue;
            }
            var exports = new ArrayList<String>();
            for (var line : block.commands()) {
                if (line.startsWith("export ")) {
                    exports.add(line);
                } else {
                    commands.add(new DocumentedCommand(block.where, List.copyOf(exports), line));
                }
            }
        }
        return commands;
    }

    private record Block(String where, String language, List<String> lines) {
        /** Lines that a backslash continues are one; comments are none. */
        List<String> commands() {
            return String.join("\n", lines)
                    .replaceAll("\\\\\n\\s*", "")
                    .lines()
                    .map(line -> COMMENT.matcher(line).replaceAll("").strip())
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }
    }

    private static List<Block> blocks(Path page) throws IOException {
        var blocks = new ArrayList<Block>();
        Block open = null;
        int number = 0;
        for (var line : Files.readAllLines(page)) {
            number++;
            if (line.strip().startsWith(FENCE)) {
                if (open == null) {
                    open = new Block(
                            Launch.root().relativize(page) + ":" + number,
                            line.strip().substring(FENCE.length()).strip(),
                            new ArrayList<>());
                } else {
                    blocks.add(open);
                    open = null;
                }
            } else if (open != null) {
                open.lines.add(line.strip());
            }
        }
        if (open != null) {
            throw new AssertionError(open.where + ": a block that does not end");
        }
        return blocks;
    }

    private static List<Path> pages() throws IOException {
        var root = Launch.root();
        try (var files = Files.walk(root.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(root.resolve("README.md")),
                            files.filter(file -> file.toString().endsWith(".md"))
                                    .sorted())
                    .toList();
        }
    }
}
