// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;

/**
 * What happened on this machine, a line each: on standard error, which is the serial console, and the last of them for whoever may ask. Lines say what happened and never what was
 * asked, answered or kept secret. A logging framework would cost more start-up than the front. Thread-safe.
 */
final class Journal {
    static final int KEPT_LINES = 500;
    private static final int MAX_LINE_CHARACTERS = 500;

    private final Clock clock;
    private final PrintStream console;
    private final ArrayDeque<String> lines = new ArrayDeque<>();

    Journal(Clock clock, PrintStream console) {
        this.clock = clock;
        this.console = console;
    }

    void say(String event) {
        String line = clock.instant() + " "
                + (event.length() > MAX_LINE_CHARACTERS ? event.substring(0, MAX_LINE_CHARACTERS) + "…" : event);
        synchronized (lines) {
            if (lines.size() == KEPT_LINES) {
                lines.removeFirst();
            }
            lines.addLast(line);
        }
        console.println(line);
    }

    /** When this line was said. */
    static Instant timeOf(String line) {
        return Instant.parse(line.substring(0, line.indexOf(' ')));
    }

    /** The last {@code count} lines, oldest first. */
    List<String> last(int count) {
        synchronized (lines) {
            return lines.stream().skip(Math.max(0, lines.size() - count)).toList();
        }
    }
}
