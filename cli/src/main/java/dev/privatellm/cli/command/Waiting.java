// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Follows the phases of a resource until a wish is fulfilled or is known not to be, with a line for whatever is new. One thread uses it at a time. */
final class Waiting {
    /** Phases that do not end by waiting at the terminal, and what the shell is told of them; the last line said why. */
    private static final Map<String, Integer> IN_VAIN = Map.of(
            "NoCapacity",
            ExitCodes.RETRY_LATER,
            "BudgetExceeded",
            ExitCodes.ADMINISTRATOR,
            "AuthError",
            ExitCodes.ADMINISTRATOR,
            "Failed",
            ExitCodes.ADMINISTRATOR);

    private final Set<String> reached;
    private final PrintWriter talk;
    private String last = "";
    private Optional<Integer> code = Optional.empty();

    /** @param reached phases in which the wish is fulfilled */
    Waiting(Set<String> reached, PrintWriter talk) {
        this.reached = reached;
        this.talk = talk;
    }

    /** Hears how things stand now; returns whether waiting is over. */
    boolean isOver(String phaseNow, String message) {
        String line = phaseNow + ": " + message;
        if (!line.equals(last)) {
            talk.println(line);
            talk.flush();
            last = line;
        }
        if (code.isEmpty()) {
            code = reached.contains(phaseNow)
                    ? Optional.of(ExitCodes.DONE)
                    : Optional.ofNullable(IN_VAIN.get(phaseNow));
        }
        return code.isPresent();
    }

    /** Ends waiting for another reason, unless it is over. */
    void end(int exitCode) {
        if (code.isEmpty()) {
            code = Optional.of(exitCode);
        }
    }

    /** What the shell is told of how waiting ended, whatever came after it. */
    int exitCode() {
        return code.orElse(ExitCodes.INTERNAL);
    }
}
