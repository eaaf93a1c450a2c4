// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.pki.CertificateAuthority;
import dev.privatellm.machine.pki.EpochText;
import dev.privatellm.machine.pki.Fingerprint;
import dev.privatellm.machine.pki.KeyAlgorithm;
import dev.privatellm.machine.pki.TestPki;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is said of the certificates of a folder where nobody runs. */
final class CertsCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int certs(String... more) {
        String[] all = new String[more.length + 3];
        all[0] = "certs";
        System.arraycopy(more, 0, all, 1, more.length);
        all[more.length + 1] = "--state";
        all[more.length + 2] = folder.toString();
        return RootCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }

    private CertificateAuthority prepare(Duration age) throws Exception {
        CertificateAuthority authority =
                TestPki.authority(KeyAlgorithm.ECDSA_P256, Clock.offset(Clock.systemUTC(), age.negated()));
        Path home = Files.createDirectories(folder.resolve("resources").resolve("default.llama"));
        Files.writeString(
                folder.resolve("identity.json"),
                "{\"schema\":1,\"cluster\":\"c\",\"endpoint\":\"google\",\"project\":\"p\",\"demo\":false}");
        Files.writeString(home.resolve("ca.pem"), authority.toPem());
        Files.writeString(home.resolve("controller.pem"), EpochText.write(List.of(TestPki.epoch(7))));
        return authority;
    }

    @Test
    @DisplayName("every certificate is listed with its dates, its fingerprint and what it is good for, and no key")
    void listsEveryCertificate() throws Exception {
        CertificateAuthority authority = prepare(Duration.ZERO);

        assertThat(certs("list", "-o", "json")).isZero();

        JsonNode listed = JsonMapper.shared().readTree(out.toString());
        assertThat(listed)
                .extracting(each -> each.path("holder").stringValue())
                .containsExactly("authority", "machine", "controller", "gateway");
        assertThat(listed.get(0).path("fingerprint").stringValue())
                .isEqualTo(Fingerprint.of(authority.certificate()).hex());
        assertThat(listed.get(0).path("use").stringValue()).isEqualTo("IN_USE");
        assertThat(listed.get(2).path("generation").intValue()).isEqualTo(7);
        assertThat(listed.get(2).path("use").stringValue()).isEqualTo("FORMER");
        assertThat(certs("list")).isZero();
        assertThat(out.toString())
                .contains("authority  in_use", "gateway    former      7")
                .doesNotContain("PRIVATE KEY");
    }

    @Test
    void isContentWithAYoungAuthority() throws Exception {
        prepare(Duration.ZERO);

        assertThat(certs("check")).isZero();

        assertThat(out.toString())
                .contains("ok       default/llama  authority  AuthorityExpiring", "no machine is awake");
    }

    @Test
    @DisplayName("an authority that comes to its end is objected to, with the command that helps")
    void objectsToAnAuthorityThatEnds() throws Exception {
        prepare(Duration.ofDays(3650 - 20));

        assertThat(certs("check")).isEqualTo(ExitCodes.ADMINISTRATOR);

        assertThat(out.toString())
                .contains(
                        "objects  default/llama  authority  AuthorityExpiring: it ends at ",
                        "next: private-llm rotate --ca");
    }

    @Test
    void saysWhereThereAreNone() {
        assertThat(certs("check")).isEqualTo(ExitCodes.MISSING);

        assertThat(err.toString()).contains("there are no certificates in");
    }
}
