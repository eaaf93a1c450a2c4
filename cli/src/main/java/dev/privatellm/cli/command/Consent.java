// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import picocli.CommandLine.Option;

/** Whether a command goes on after it has said what it is about to do. */
final class Consent {
    @Option(names = "--plan", description = "Only say what would be done; nothing is changed.")
    private boolean isPlanOnly;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean isGiven;

    /** Whether nothing may be changed. */
    boolean isPlanOnly() {
        return isPlanOnly;
    }

    /** Asks, unless that was said on the command line. */
    boolean isGiven(String question) {
        if (isPlanOnly || isGiven) {
            return isGiven && !isPlanOnly;
        }
        return Terminal.confirms(question, "say so with --yes, there is no terminal to ask at; nothing was changed");
    }

    /** The exit code where consent was not given: a plan is all that was asked for, a refusal ends the command. */
    int answerWithout() {
        return isPlanOnly ? ExitCodes.DONE : ExitCodes.INVALID;
    }
}
