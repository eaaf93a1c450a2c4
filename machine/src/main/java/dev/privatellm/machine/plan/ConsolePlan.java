// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.util.Optional;
import java.util.Set;

/** A machine that did not come up is asked what it printed, before it is stopped, and once more after that by a process that has not asked. A console that cannot be read is done without. */
final class ConsolePlan {
    /** Ends of a wake whose cause may lie on the machine itself. */
    private static final Set<String> OF_THE_MACHINE =
            Set.of("ActivationDeadlineExceeded", "ModelLoadStalled", "BootFailed", "GuestUnreachable");

    private ConsolePlan() {}

    /** Asks, if there is something to be learned that nobody has asked for; else empty. */
    static Optional<Plan> read(Turn turn, String reason) {
        return OF_THE_MACHINE.contains(reason) && turn.seen().console() instanceof Look.Never
                ? turn.state().machine().flatMap(machine -> Turn.ask(new Question.Console(machine.id())))
                : Optional.empty();
    }
}
