// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
    private final TestPki pki = new TestPki();
    private final TestPki.Identity server = pki.server();

    private BundleText text() {
        return BundleText.of(pki, server, 7);
    }

    private static Bundle parsed(BundleText text) throws InvalidDocument {
        return Bundle.parse(text.bytes(), new OwnKeys()).orElseThrow();
    }

    @Test
    void aWholeBundleIsTaken() throws Exception {
        Bundle bundle = parsed(text());
        assertThat(bundle.generation()).isEqualTo(7);
        assertThat(bundle.chain()).containsExactly(server.certificate());
        assertThat(bundle.key()).isEqualTo(server.key());
    }

    @ParameterizedTest
    @DisplayName("S7 a bundle that lacks a field is refused and the field named")
    @ValueSource(
            strings = {"generation", "caCertificates", "serverCertificate", "serverKey", "tokens", "notAfter", "schema"
            })
    void aBundleThatLacksAFieldIsRefused(String field) {
        assertThatThrownBy(() -> parsed(text().without(field)))
                .isInstanceOf(InvalidDocument.class)
                .hasMessageContaining(field);
    }

    @ParameterizedTest
    @DisplayName("S7 a bundle with an empty or malformed token is refused")
    @ValueSource(
            strings = {
                "{}",
                "{\"infer\":{\"current\":\"\"},\"manage\":{\"current\":\"3\"}}",
                "{\"infer\":{\"current\":\"1111\"},\"manage\":{\"current\":\"2222\"}}",
                "{\"infer\":{\"next\":\"1111111111111111111111111111111111111111111111111111111111111111\"}}"
            })
    void aBundleWithAnEmptyOrMalformedTokenIsRefused(String tokens) {
        assertThatThrownBy(() -> parsed(text().with("tokens", tokens)))
                .isInstanceOf(InvalidDocument.class)
                .hasMessageContaining("tokens");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        BundleText mixed = text().with(
                        "serverKey",
                        '"'
                                + TestPki.pem(pki.server().key())
                                        .replace("\n", "\\n")
                                        .replace("\r", "")
                                + '"');
        assertThatThrownBy(() -> parsed(mixed)).hasMessageContaining("serverKey");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() {
        TestPki other = new TestPki();
        assertThatThrownBy(() -> parsed(BundleText.of(other, server, 7))).hasMessageContaining("issued by");
    }

    @Test
    @DisplayName("S6 neither key nor token shows in text or message")
    void neitherKeyNorTokenShows() throws Exception {
        Bundle bundle = parsed(text());
        assertThat(bundle + " " + bundle.tokens())
                .doesNotContain(BundleText.INFER)
                .doesNotContain("PRIVATE");
        assertThatThrownBy(() -> Bundle.parse(
                        (new String(text().bytes(), StandardCharsets.UTF_8) + "}").getBytes(StandardCharsets.UTF_8),
                        new OwnKeys()))
                .hasMessageNotContaining(BundleText.INFER);
    }

    @Test
    void currentAndNextTokensAreAdmittedAndNothingElse() throws Exception {
        TokenRing tokens = parsed(text()).tokens();
        assertThat(tokens.admits(Optional.of("Bearer " + BundleText.INFER))).contains(TokenRing.Kind.INFER);
        assertThat(tokens.admits(Optional.of("bearer " + BundleText.INFER_NEXT)))
                .contains(TokenRing.Kind.INFER);
        assertThat(tokens.admits(Optional.of("Bearer " + BundleText.MANAGE))).contains(TokenRing.Kind.MANAGE);
        assertThat(tokens.admits(Optional.of(BundleText.INFER))).isEmpty();
        assertThat(tokens.admits(Optional.of("Bearer "))).isEmpty();
        assertThat(tokens.admits(Optional.of("Basic " + BundleText.INFER))).isEmpty();
        assertThat(tokens.admits(Optional.empty())).isEmpty();
    }
}
