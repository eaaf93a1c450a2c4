// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.CertificateBook;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands that look at certificates have in common: which folder, and in which form they answer. */
final class CertsOptions {
    @Mixin
    private StateOption state = new StateOption();

    @Mixin
    private OutputOption output = new OutputOption();

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
        switch (output.form()) {
            case human -> forPeople.accept(out);
            case json -> OutputOption.printJson(values, out);
        }
        out.flush();
    }
}
