// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

/** Ends a command with a message for people (what, why, next command) and the code for the shell. No stack trace is shown for it. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    public CommandFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
