// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A machine that makes its key itself. */
@Execution(ExecutionMode.CONCURRENT)
class OwnKeyTest {
    private static final String ATTRIBUTE = "pllm/csr";

    @TempDir
    private Path folder;

    private RunningGuest guest;

    @BeforeEach
    void make() throws Exception {
        guest = new RunningGuest(folder);
    }

    @AfterEach
    void stop() {
        guest.close();
    }

    private static String config(int version, String nonce) {
        return TestCloud.config(
                version, RunningGuest.MODEL, 900, ",\"csrNonce\":\"" + nonce + "\",\"keyAlgorithm\":\"ECDSA_P256\"");
    }

    private static JcaPKCS10CertificationRequest read(String pem) throws Exception {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            return new JcaPKCS10CertificationRequest((PKCS10CertificationRequest) parser.readObject());
        }
    }

    private static String subject(JcaPKCS10CertificationRequest request) {
        return Stream.of(BCStyle.CN, BCStyle.SERIALNUMBER, BCStyle.OU)
                .map(kind -> request.getSubject()
                        .getRDNs(kind)[0]
                        .getFirst()
                        .getValue()
                        .toString())
                .toList()
                .toString();
    }

    /** The key that the machine asks a certificate for, once it asks with this nonce. */
    private PublicKey asked(String nonce) throws Exception {
        await().atMost(RunningGuest.DEADLINE).until(() -> {
            Optional<String> pem = guest.cloud.guestAttribute(ATTRIBUTE);
            return pem.isPresent() && subject(read(pem.get())).contains(nonce);
        });
        return read(guest.cloud.guestAttribute(ATTRIBUTE).orElseThrow()).getPublicKey();
    }

    private BundleText waiting(long generation) {
        return guest.bundle(generation).without("serverKey").without("serverCertificate");
    }

    private void sign(int version, long generation, String nonce, PublicKey key) {
        guest.cloud.secret(
                version, guest.bundle(generation).signed(guest.pki.server(key)).bytes());
        guest.cloud.set("attributes/pllm-config", config(version, nonce));
    }

    @ParameterizedTest
    @EnumSource(OwnKeys.Algorithm.class)
    @DisplayName("S1 the request is a PKCS#10 request that anybody can read, signed by the key that it asks for")
    void writesARequestThatOthersRead(OwnKeys.Algorithm algorithm) throws Exception {
        KeyPair pair = new OwnKeys().make(algorithm);

        JcaPKCS10CertificationRequest request =
                read(new CertificateRequest("7-abc", "4711", "boot-1").pem(pair, algorithm));

        assertThat(request.getPublicKey()).isEqualTo(pair.getPublic());
        assertThat(request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(pair.getPublic())))
                .isTrue();
        assertThat(subject(request)).isEqualTo("[7-abc, 4711, boot-1]");
    }

    @Test
    void aLongBootIdFitsToo() throws Exception {
        OwnKeys.Algorithm algorithm = OwnKeys.Algorithm.ECDSA_P256;
        String bootId = "b".repeat(300);

        JcaPKCS10CertificationRequest request =
                read(new CertificateRequest("7-abc", "4711", bootId).pem(new OwnKeys().make(algorithm), algorithm));

        assertThat(subject(request)).isEqualTo("[7-abc, 4711, " + bootId + "]");
    }

    @Test
    @DisplayName(
            "S1 S6 a machine makes its key, asks for its certificate, and listens only once it has it; no key is written anywhere")
    void listensOnlyWithItsOwnCertificate() throws Exception {
        guest.cloud.secret(1, waiting(1).bytes());
        guest.boot(config(1, "1-first"));
        PublicKey key = asked("1-first");
        await().atMost(RunningGuest.DEADLINE)
                .until(() -> guest.console().contains("bundle waits for the certificate of this machine"));
        assertThat(guest.isListening()).isFalse();

        sign(2, 1, "1-first", key);

        guest.awaitHealth("\"generation\":1");
        guest.awaitState("ready");
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
        assertThat(guest.console()).doesNotContain("PRIVATE");
    }

    @Test
    @DisplayName("S7 a certificate of a key that is not this machine's lets nothing listen")
    void aForeignCertificateLetsNothingListen() throws Exception {
        guest.cloud.secret(1, waiting(1).bytes());
        guest.boot(config(1, "1-first"));
        asked("1-first");

        sign(2, 1, "1-first", new OwnKeys().make(OwnKeys.Algorithm.ECDSA_P256).getPublic());

        await().atMost(RunningGuest.DEADLINE).until(() -> guest.console().contains("bundle refused: bundle.serverKey"));
        assertThat(guest.isListening()).isFalse();
    }

    @Test
    @DisplayName(
            "P17 a new nonce means a new key; the old one serves until the new certificate is there, and no stream is cut")
    void renewsWhileItServes() throws Exception {
        guest.cloud.secret(1, waiting(1).bytes());
        guest.boot(config(1, "1-first"));
        PublicKey first = asked("1-first");
        sign(2, 1, "1-first", first);
        guest.awaitState("ready");
        try (TlsClient client = guest.gateway()) {
            client.send("POST", "/api/chat", BundleText.INFER, "{}");
            guest.engine.lines.release();
            client.readUntil("{\"line\":0}\n");

            guest.cloud.set("attributes/pllm-config", config(2, "2-second"));
            PublicKey second = asked("2-second");
            assertThat(second).isNotEqualTo(first);
            assertThat(guest.health()).contains("\"generation\":1");
            sign(3, 2, "2-second", second);

            guest.awaitHealth("\"generation\":2");
            guest.engine.lines.release();
            client.readUntil("{\"line\":1}\n");
        }
    }

    @Test
    void asksAgainUntilItMayWrite() throws Exception {
        guest.cloud.refuseWrites(2);
        guest.cloud.secret(1, waiting(1).bytes());
        guest.boot(config(1, "1-first"));

        assertThat(Optional.of(asked("1-first"))).isPresent();
        assertThat(guest.console()).contains("certificate not asked for yet: guest attribute: status 403");
    }
}
