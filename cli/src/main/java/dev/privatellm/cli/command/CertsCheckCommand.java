// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.CertificateBook;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Asks every check whether the certificates may go on being used. */
@Command(
        name = "check",
        description = {
            "Ask every check of what is in use or prepared: pin, generation, authority, name, algorithm, pairing, a third of the lifetime left, chain.",
            "Exit code 4 if any objects, with the reason and the next command."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  private-llm certs check", "  private-llm certs check -o json"})
final class CertsCheckCommand implements Callable<Integer> {

    @Mixin
    private CertsOptions options = new CertsOptions();

    @Override
    public Integer call() {
        var checks = options.read().checks();
        options.print(checks, out -> tell(checks, out));
        return checks.stream().anyMatch(check -> check.objection().isPresent())
                ? ExitCodes.ADMINISTRATOR
                : ExitCodes.DONE;
    }

    private static void tell(List<CertificateBook.Check> checks, PrintWriter out) {
        for (var check : checks) {
            var subject = "%s  %s  %s".formatted(check.resource(), check.of(), check.check());
            check.objection()
                    .ifPresentOrElse(
                            objection -> out.printf(
                                    "objects  %s: %s; next: %s%n",
                                    subject, objection, check.next().orElse("")),
                            () -> out.println("ok       " + subject));
        }
        if (checks.stream().allMatch(check -> check.of().equals("authority"))) {
            out.println("no machine is awake, so nobody uses any other certificate; each wake has its own");
        }
    }
}
