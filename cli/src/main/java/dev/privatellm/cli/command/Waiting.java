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
    private final boolean isWake;
    private final PrintWriter talk;
    private boolean hasBegun;
    private String last = "";
    private Optional<Integer> code = Optional.empty();

    /** @param reached phases in which the wish is fulfilled */
    Waiting(Set<String> reached, PrintWriter talk) {
        this(reached, false, false, talk);
    }

    private Waiting(Set<String> reached, boolean isWake, boolean hasBegun, PrintWriter talk) {
        this.reached = reached;
        this.isWake = isWake;
        this.hasBegun = hasBegun;
        this.talk = talk;
    }

    /**
     * For a wake, which is over in vain, too, once it is not wanted any more: nobody asks a second time here.
     *
     * @param isHeard whether all that is told from now on speaks of this wake; if not, what is told before it is wanted says nothing of it
     */
    static Waiting forWake(Set<String> reached, boolean isHeard, PrintWriter talk) {
        return new Waiting(reached, true, isHeard, talk);
    }

    /** Hears how things stand now, and whether a wake is wanted that was neither fulfilled nor given up; returns whether waiting is over. */
    boolean isOver(String phaseNow, String message, boolean wakeWanted) {
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
        if (code.isEmpty() && isWake && hasBegun && !wakeWanted) {
            code = Optional.of(ExitCodes.RETRY_LATER);
        }
        hasBegun |= wakeWanted;
        return code.isPresent();
    }

    /** Ends waiting because time is over, unless it is over already. */
    void giveUp() {
        if (code.isEmpty()) {
            code = Optional.of(ExitCodes.TIMED_OUT);
        }
    }

    /** What the shell is told of how waiting ended, whatever came after it. */
    int exitCode() {
        return code.orElse(ExitCodes.INTERNAL);
    }
}
