// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli;

import dev.privatellm.cli.command.RootCommand;

/** The process {@code private-llm}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(RootCommand.run(arguments));
    }
}
