// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.CertificateBook;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** All certificates, from the files of a state folder: nobody has to run for it. */
@Command(
        name = "list",
        description =
                "Every certificate: whose, of whom, from when until when, of which generation, and whether it is in use.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  private-llm certs list", "  private-llm certs list -o json"})
final class CertsListCommand implements Callable<Integer> {

    @Mixin
    private CertsOptions options = new CertsOptions();

    @Override
    public Integer call() {
        var contents = options.read();
        options.print(contents.certificates(), out -> {
            String line = "%-10s %-8s %4s  %-20s  %-20s  %-16s  %s  by %s%n";
            out.printf(line, "HOLDER", "USE", "GEN", "NOT BEFORE", "NOT AFTER", "FINGERPRINT", "SUBJECT", "ISSUER");
            contents.certificates().forEach(each -> out.printf(line, cells(each)));
        });
        return ExitCodes.DONE;
    }

    private static Object[] cells(CertificateBook.Entry entry) {
        return new Object[] {
            entry.holder(),
            entry.use().name().toLowerCase(java.util.Locale.ROOT),
            entry.generation().map(String::valueOf).orElse("-"),
            entry.notBefore(),
            entry.notAfter(),
            entry.fingerprint().substring(0, 16),
            entry.subject(),
            entry.issuer()
        };
    }
}
