// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.CertificateBook;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What the commands that look at certificates have in common: which folder, and in which form they answer. */
final class CertsOptions {
    @Mixin
    private StateOption state = new StateOption();

    @Option(
            names = {"-o", "--output"},
            defaultValue = "human",
            paramLabel = "human|json",
            description = "Form of the output (default: ${DEFAULT-VALUE}).")
    private OutputForm form = OutputForm.human;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    CertificateBook.Contents read() {
        var folder = state.known(CertificateBook::isThere)
                .orElseThrow(() -> new CommandFailure(
                        ExitCodes.MISSING,
                        "there are no certificates%s yet; the first 'private-llm serve' makes the authority"
                                .formatted(state.named()
                                        .map(named -> " in " + named)
                                        .orElse(""))));
        return CertificateBook.read(folder, Instant.now());
    }

    /** Prints the same for people or for programs. */
    void print(List<?> values, Consumer<PrintWriter> forPeople) {
        var out = command.commandLine().getOut();
        switch (form) {
            case human -> forPeople.accept(out);
            case json ->
                out.println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(values));
        }
        out.flush();
    }
}
