// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.io.PrintWriter;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** The form in which a command answers. */
final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            defaultValue = "human",
            paramLabel = "human|json",
            description = "Form of the output (default: ${DEFAULT-VALUE}).")
    private OutputForm form = OutputForm.human;

    OutputForm form() {
        return form;
    }

    /** Prints a value as every command prints JSON. */
    static void printJson(Object value, PrintWriter out) {
        out.println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(value));
    }
}
