// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Long options with one dash, as the Private LLM agent took them: {@code -project-id} is {@code --project-id}. */
final class OneDash {
    /** Two letters and more: one letter is a short option. */
    private static final Pattern ONE_DASH = Pattern.compile("-([a-z][a-z-]+)(=.*)?");

    private OneDash() {}

    /** The words with a second dash before whatever is a long option of any command then; what follows {@code --} stays. */
    static String[] widened(CommandLine line, String... words) {
        Set<String> known = new HashSet<>();
        collect(line, known);
        boolean[] isOver = {false};
        return Stream.of(words)
                .map(word -> {
                    isOver[0] |= word.equals("--");
                    var matcher = ONE_DASH.matcher(word);
                    return !isOver[0] && matcher.matches() && known.contains("--" + matcher.group(1))
                            ? "-" + word
                            : word;
                })
                .toArray(String[]::new);
    }

    private static void collect(CommandLine line, Set<String> known) {
        line.getCommandSpec().options().forEach(option -> known.addAll(Set.of(option.names())));
        line.getSubcommands().values().forEach(command -> collect(command, known));
    }
}
