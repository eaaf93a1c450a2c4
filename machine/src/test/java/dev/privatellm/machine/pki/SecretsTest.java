// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
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

    @Test
    void authoritySurvivesBeingWrittenAndRead() throws Exception {
        CertificateAuthority again = CertificateAuthority.parse(TestPki.AUTHORITY.toPem());
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
        assertThat(EpochText.read("")).isEmpty();
    }

    @Test
    @DisplayName("P8 a stored epoch that is cut anywhere is refused or is whole, never a certificate with another key")
    void cutEpochIsRefused() {
        String text = EpochText.write(List.of(FIRST));
        for (int end = 1; end < text.length() - 1; end += 13) {
            String cut = text.substring(0, end);
            if (end < text.indexOf("-----BEGIN")) {
                continue;
            }
            assertThatThrownBy(() -> EpochText.read(cut))
                    .as("cut at %d", end)
                    .isInstanceOf(GeneralSecurityException.class)
                    .hasMessageNotContaining(FIRST.tokens().manage().value());
        }
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
        assertThat(Fingerprint.of(server.certificate())).isEqualTo(FIRST.pin());
        assertThat(bundle.path("caCertificates").get(0).stringValue()).isEqualTo(Pem.text(List.of(FIRST.authority())));
        assertThat(bundle.path("tokens").path("infer").path("current").stringValue())
                .isEqualTo(FIRST.tokens().infer().value());
        assertThat(bundle.path("tokens").path("manage").path("current").stringValue())
                .isEqualTo(FIRST.tokens().manage().value());
        assertThat(bundle.path("tokens").path("infer").has("next")).isFalse();
        assertThat(java.time.Instant.parse(bundle.path("notAfter").stringValue()))
                .isEqualTo(FIRST.notAfter());
        assertThat(SecretBundle.generation(payload)).hasValue(1);
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
    void payloadThatIsNoBundleHasNoGeneration() {
        assertThat(SecretBundle.generation("{\"generation\":\"x\"}".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(SecretBundle.generation(new byte[] {1, 2})).isEmpty();
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
                .contains(FIRST.pin().hex());
        assertThatThrownBy(() -> new Token("abc")).hasMessageNotContaining("abc");
    }
}
