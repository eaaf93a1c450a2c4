// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What is worth telling of a machine's serial console: where its own steps stood last, what came right before, and whether the kernel refused a module, as it does with a GPU's that nobody
 * signed while Secure Boot is on. Bounded, a line each, without control characters. A machine prints nothing secret; should something else on it do so, whatever is as long as a key or a
 * token is left out.
 *
 * @param lines oldest first; empty if nothing was printed
 */
public record ConsoleExcerpt(List<String> lines) {
    /** Enough to hold the end of a boot: what is asked for of a console. */
    public static final int TAIL_BYTES = 64 * 1024;

    static final int MOST_LINES = 12;
    static final int MOST_CHARACTERS = 160;

    private static final String OURS = "private-llm:";
    private static final int LINES_BEFORE = 4;
    private static final int MOST_OF_OURS = 6;
    private static final int MOST_REFUSALS = 2;

    /** How Linux says that it does not load a module (kernel/module/signing.c), and modprobe after it. */
    private static final Pattern REFUSAL = Pattern.compile(
            "unsigned module|module verification failed|Key was rejected by service", Pattern.CASE_INSENSITIVE);

    private static final Pattern CONTROL = Pattern.compile("\u001b\\[[0-9;?]*[ -/]*[@-~]|\\p{Cntrl}|\\p{Cf}");

    /** As a token, a key's line or a bearer may look; no word of a message is that long. */
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9+/=_.~-]{32,}");

    public ConsoleExcerpt {
        lines = List.copyOf(lines);
    }

    /** @param output the last of what a console shows; its first line may be cut */
    public static ConsoleExcerpt of(String output) {
        List<String> all = output.lines()
                .map(line -> CONTROL.matcher(line).replaceAll(""))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        TreeSet<Integer> told = new TreeSet<>();
        List<Integer> ours = last(all, MOST_OF_OURS, line -> line.contains(OURS));
        told.addAll(ours);
        told.addAll(last(all, MOST_REFUSALS, line -> REFUSAL.matcher(line).find()));
        int end = ours.isEmpty() ? all.size() : ours.getFirst();
        for (int i = Math.max(0, end - (ours.isEmpty() ? MOST_LINES - told.size() : LINES_BEFORE)); i < end; i++) {
            told.add(i);
        }
        return new ConsoleExcerpt(
                told.stream().map(all::get).map(ConsoleExcerpt::harmless).toList());
    }

    private static List<Integer> last(List<String> all, int most, java.util.function.Predicate<String> wanted) {
        List<Integer> found = new ArrayList<>();
        for (int i = all.size() - 1; i >= 0 && found.size() < most; i--) {
            if (wanted.test(all.get(i))) {
                found.addFirst(i);
            }
        }
        return found;
    }

    private static String harmless(String line) {
        String told = SECRET.matcher(line).replaceAll("(left out)");
        return told.length() > MOST_CHARACTERS ? told.substring(0, MOST_CHARACTERS) + "…" : told;
    }
}
