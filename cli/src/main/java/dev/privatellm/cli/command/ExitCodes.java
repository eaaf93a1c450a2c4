// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

/** What the shell is told; the table of {@code docs/reference.md}. */
public final class ExitCodes {
    public static final int DONE = 0;
    /** Ours: a defect, or a proof that did not hold. */
    public static final int INTERNAL = 1;
    /** Usage, invalid input, unknown model, or a question that was answered with no. */
    public static final int INVALID = 2;
    /** Time will help. */
    public static final int RETRY_LATER = 3;
    /** An administrator must act. */
    public static final int ADMINISTRATOR = 4;
    /** A service, port or machine is not there or not free. */
    public static final int UNREACHABLE = 5;

    public static final int TIMED_OUT = 7;
    /** Not configured, or this machine lacks something. */
    public static final int MISSING = 8;

    public static final int INTERRUPTED = 130;

    private ExitCodes() {}
}
