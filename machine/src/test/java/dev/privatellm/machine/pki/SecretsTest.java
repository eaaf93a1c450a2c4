// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SecretsTest {
    private static final Epoch FIRST = TestPki.epoch(1);
    private static final Epoch SECOND = TestPki.ISSUER.issue(2, TestPki.SERVER_NAME, Optional.of(FIRST));

    private static final KeyPair KEY = KeyAlgorithm.ECDSA_P256.generate(new SecureRandom());
    private static final Epoch ASKED = TestPki.ISSUER.request(3, TestPki.SERVER_NAME, Optional.of(FIRST));
    private static final Epoch OVERLAPPING = overlapping();
    private static final Epoch ANSWERED = TestPki.ISSUER.sign(ASKED, KEY.getPublic());

    private static Epoch overlapping() {
        EpochIssuer issuer =
                TestPki.issuer(TestPki.AUTHORITY, java.time.Clock.fixed(TestPki.NOW, java.time.ZoneOffset.UTC));
        issuer.authorities().begin();
        return issuer.during(Succession.REISSUE).issue(4, TestPki.SERVER_NAME, Optional.of(FIRST));
    }

    @Test
    @DisplayName("C16 a bundle lists both authorities while one takes the other's place")
    void bundleListsBothAuthorities() {
        JsonNode bundle = JsonMapper.shared().readTree(SecretBundle.of(OVERLAPPING));

        assertThat(bundle.path("caCertificates"))
                .extracting(JsonNode::stringValue)
                .containsExactly(
                        Pem.text(List.of(OVERLAPPING.authority())), Pem.text(List.of(TestPki.AUTHORITY.certificate())));
        assertThat(OVERLAPPING.authority()).isNotEqualTo(TestPki.AUTHORITY.certificate());
    }

    @Test
    void authoritySurvivesBeingWrittenAndRead() throws Exception {
        CertificateAuthority again =
                CertificateAuthority.parse(TestPki.AUTHORITY.toPem()).getFirst();
        assertThat(again.certificate()).isEqualTo(TestPki.AUTHORITY.certificate());
        assertThat(again.toPem()).isEqualTo(TestPki.AUTHORITY.toPem());
    }

    @Test
    void authorityWithAnotherOnesKeyIsRefused() {
        CertificateAuthority other = TestPki.authority(
                KeyAlgorithm.ECDSA_P256, java.time.Clock.fixed(TestPki.NOW, java.time.ZoneOffset.UTC));
        String mixed = Pem.text(List.of(TestPki.AUTHORITY.certificate()))
                + other.toPem().substring(other.toPem().indexOf("-----BEGIN PRIVATE KEY"));
        assertThatThrownBy(() -> CertificateAuthority.parse(mixed))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("do not belong together");
    }

    @Test
    void epochsSurviveBeingWrittenAndRead() throws Exception {
        assertThat(EpochText.read(EpochText.write(List.of(FIRST, SECOND)))).containsExactly(FIRST, SECOND);
        assertThat(EpochText.read(EpochText.write(List.of(ASKED, FIRST, ANSWERED))))
                .containsExactly(ASKED, FIRST, ANSWERED);
        assertThat(EpochText.read(EpochText.write(List.of(OVERLAPPING, FIRST)))).containsExactly(OVERLAPPING, FIRST);
        assertThat(EpochText.read("")).isEmpty();
    }

    @Test
    @DisplayName("P8 a stored epoch that is cut anywhere is refused or is whole, never a certificate with another key")
    void cutEpochIsRefused() {
        for (Epoch epoch : List.of(FIRST, ASKED, ANSWERED, OVERLAPPING)) {
            refuseCuts(EpochText.write(List.of(epoch)));
        }
    }

    private static void refuseCuts(String text) {
        for (int end = 1; end < text.length() - 1; end += 13) {
            String cut = text.substring(0, end);
            if (end < text.indexOf("-----BEGIN")) {
                continue;
            }
            assertThatThrownBy(() -> EpochText.read(cut))
                    .as("cut at %d", end)
                    .isInstanceOf(GeneralSecurityException.class)
                    .hasMessageNotContaining(FIRST.tokens().manage().value())
                    .hasMessageNotContaining(ASKED.tokens().manage().value());
        }
    }

    @Test
    @DisplayName("S1 the bundle of a machine that makes its own key holds no key, before it is signed and after")
    void bundleOfAMachineWithItsOwnKeyHoldsNone() {
        JsonNode asked = JsonMapper.shared().readTree(SecretBundle.of(ASKED));
        assertThat(asked.has("serverCertificate")).isFalse();
        assertThat(asked.has("serverKey")).isFalse();
        JsonNode answered = JsonMapper.shared().readTree(SecretBundle.of(ANSWERED));
        assertThat(answered.path("serverCertificate").stringValue()).contains("BEGIN CERTIFICATE");
        assertThat(answered.has("serverKey")).isFalse();
        assertThat(answered.path("tokens")).isEqualTo(asked.path("tokens"));
        assertThat(SecretBundle.label(SecretBundle.of(ASKED))).contains(new SecretBundle.Label(3, Optional.empty()));
        assertThat(SecretBundle.label(SecretBundle.of(ANSWERED))).contains(new SecretBundle.Label(3, ANSWERED.pin()));
    }

    @Test
    @DisplayName(
            "S1 a key is certified once; another key of the same machine, which has started anew, gets another leaf")
    void signsOnceForEachKey() {
        assertThat(TestPki.ISSUER.sign(ANSWERED, KEY.getPublic())).isEqualTo(ANSWERED);
        KeyPair other = KeyAlgorithm.ECDSA_P256.generate(new SecureRandom());
        Epoch again = TestPki.ISSUER.sign(ANSWERED, other.getPublic());
        assertThat(again.pin()).isPresent().isNotEqualTo(ANSWERED.pin());
        assertThat(again.server().nonce()).isEqualTo(ASKED.server().nonce());
        assertThatThrownBy(() -> TestPki.ISSUER.sign(FIRST, KEY.getPublic())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("P8 a bundle holds one whole generation: certificate, key, both tokens")
    void bundleHoldsOneGeneration() throws Exception {
        byte[] payload = SecretBundle.of(FIRST);
        JsonNode bundle = JsonMapper.shared().readTree(payload);
        assertThat(bundle.path("schema").intValue()).isEqualTo(1);
        assertThat(bundle.path("generation").longValue()).isEqualTo(1);
        Identity server = Pem.identity(bundle.path("serverCertificate").stringValue()
                + bundle.path("serverKey").stringValue());
        assertThat(server.isPaired()).isTrue();
        assertThat(Fingerprint.of(server.certificate())).isEqualTo(FIRST.pin().orElseThrow());
        assertThat(bundle.path("caCertificates").get(0).stringValue()).isEqualTo(Pem.text(List.of(FIRST.authority())));
        assertThat(bundle.path("tokens").path("infer").path("current").stringValue())
                .isEqualTo(FIRST.tokens().infer().value());
        assertThat(bundle.path("tokens").path("manage").path("current").stringValue())
                .isEqualTo(FIRST.tokens().manage().value());
        assertThat(bundle.path("tokens").path("infer").has("next")).isFalse();
        assertThat(java.time.Instant.parse(bundle.path("notAfter").stringValue()))
                .isEqualTo(FIRST.notAfter());
        assertThat(SecretBundle.label(payload)).contains(new SecretBundle.Label(1, FIRST.pin()));
    }

    @Test
    @DisplayName("P17 while two generations overlap the machine admits the tokens of both")
    void overlapAdmitsBothTokens() {
        JsonNode infer = JsonMapper.shared()
                .readTree(SecretBundle.of(SECOND))
                .path("tokens")
                .path("infer");
        assertThat(infer.path("current").stringValue())
                .isEqualTo(FIRST.tokens().infer().value());
        assertThat(infer.path("next").stringValue())
                .isEqualTo(SECOND.tokens().infer().value());
    }

    @Test
    void payloadThatIsNoBundleHasNoLabel() {
        assertThat(SecretBundle.label("{\"generation\":\"x\"}".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(SecretBundle.label(new byte[] {1, 2})).isEmpty();
    }

    @Test
    void bundleCarriesNoClientKeyAndNoAuthorityKey() {
        String payload = new String(SecretBundle.of(FIRST), StandardCharsets.UTF_8).replace("\\n", "");
        for (java.security.PrivateKey key :
                List.of(FIRST.controller().key(), FIRST.gateway().key())) {
            assertThat(payload)
                    .doesNotContain(
                            Base64.getEncoder().encodeToString(key.getEncoded()).substring(60));
        }
        List<String> lines = TestPki.AUTHORITY.toPem().lines().toList();
        String secondLineOfKey = lines.get(lines.indexOf("-----BEGIN PRIVATE KEY-----") + 2);
        assertThat(secondLineOfKey).hasSizeGreaterThan(20);
        assertThat(payload).doesNotContain(secondLineOfKey);
    }

    @Test
    void nothingSecretIsShown() {
        String shown = FIRST + " " + FIRST.tokens() + " " + FIRST.server() + " " + TestPki.AUTHORITY;
        assertThat(shown)
                .doesNotContain(FIRST.tokens().infer().value())
                .doesNotContain(FIRST.tokens().manage().value())
                .doesNotContain("BEGIN")
                .contains(FIRST.pin().orElseThrow().hex());
        assertThatThrownBy(() -> new Token("abc")).hasMessageNotContaining("abc");
    }
}
