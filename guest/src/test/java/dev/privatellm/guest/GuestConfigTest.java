// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestConfigTest {
    private static final String GOOD = TestCloud.config(
            7,
            "{\"name\":\"a\",\"extra\":[\"b\",\"a\"],\"contextLength\":8192}",
            900,
            ",\"csrNonce\":\"n\",\"keyAlgorithm\":\"RSA_4096\"");

    private static GuestConfig parse(String text) throws InvalidDocument {
        return GuestConfig.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsAConfiguration() throws Exception {
        GuestConfig config = parse(GOOD);
        assertThat(config.secretVersion()).endsWith("/versions/7");
        assertThat(config.model().all()).containsExactly("a", "b");
        assertThat(config.model().contextLength()).isEqualTo(8192);
        assertThat(config.deadMan()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.asking()).contains(new GuestConfig.Asking("n", OwnKeys.Algorithm.RSA_4096));
        assertThat(parse(GOOD.replace("\"n\"", "\"\"")).asking()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/versions/7 | /versions/latest | secretVersion",
                "\"port\":8080 | \"port\":0 | port",
                "\"port\":8080 | \"port\":\"8080\" | port",
                "\"deadManSeconds\":900 | \"deadManSeconds\":-1 | deadManSeconds",
                "RSA_4096 | RSA_2048 | keyAlgorithm",
                "\"schema\":1 | \"schema\":2 | schema",
                "\"name\":\"a\" | \"name\":\"\" | model.name",
                "\"uid\":\"u\" | \"uid\":null | uid"
            })
    void aWrongFieldIsNamed(String from, String to, String field) {
        assertThatThrownBy(() -> parse(GOOD.replace(from, to)))
                .isInstanceOf(InvalidDocument.class)
                .hasMessageContaining(field);
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> parse("{\"schema\":1")).hasMessage("pllm-config: no JSON object");
        assertThatThrownBy(() -> parse("[]")).hasMessage("pllm-config: no JSON object");
    }
}
