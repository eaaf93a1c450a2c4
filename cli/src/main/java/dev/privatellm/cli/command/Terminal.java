// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.io.Console;
import java.util.Optional;

/** The person at the keyboard, if there is one. */
final class Terminal {
    private Terminal() {}

    static boolean isThere() {
        return console().isPresent();
    }

    /**
     * Asks a question that only {@code y} answers with yes.
     *
     * @param unasked the failure where there is nobody to ask
     */
    static boolean confirms(String question, String unasked) {
        var console = console().orElseThrow(() -> new CommandFailure(ExitCodes.INVALID, unasked));
        var answer = console.readLine("%s [y/N] ", question);
        return answer != null && answer.strip().equalsIgnoreCase("y");
    }

    /** The same for what cannot be undone. */
    static boolean confirmsThatThis(String does) {
        return confirms(
                "This %s. Go on?".formatted(does),
                "this %s; say so with --yes, there is no terminal to ask at".formatted(does));
    }

    private static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }
}
