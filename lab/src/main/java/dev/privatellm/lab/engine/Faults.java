// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The faults that wait for the next generations, and those that a prompt asks for itself. */
final class Faults {

    static final int MAX_WAITING = 1_000;

    private static final Pattern WORD = Pattern.compile("\\[lab:(cut|error|status|endless)(?:=(\\d{1,6}))?]");

    private final Queue<EngineFault> waiting = new ArrayDeque<>();

    synchronized void add(EngineFault fault) {
        if (waiting.size() == MAX_WAITING) {
            throw new IllegalStateException("faults waiting: " + MAX_WAITING + " (expected: fewer)");
        }
        waiting.add(fault);
    }

    /** The fault of a generation with this prompt: the prompt's own word first, then the one that waits longest. */
    Optional<EngineFault> take(String prompt) {
        Matcher matcher = WORD.matcher(prompt);
        if (matcher.find()) {
            int number = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
            return Optional.of(
                    switch (matcher.group(1)) {
                        case "cut" -> new EngineFault.CutAfter(number);
                        case "error" -> new EngineFault.ErrorAfter(number, "the engine was told to fail");
                        case "status" ->
                            new EngineFault.Refuse(number == 0 ? 500 : number, "the engine was told to refuse");
                        default -> new EngineFault.Endless();
                    });
        }
        synchronized (this) {
            return Optional.ofNullable(waiting.poll());
        }
    }
}
