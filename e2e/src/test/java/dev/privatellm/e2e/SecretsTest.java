// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"port\":8085, \"token\":\"ya29.lab.CANARY-_1\", \"credentialsFile\":\"/tmp/key.json\"}",
                "\"token\" : \"CANARY\"",
                "Authorization: Bearer CANARY.x-y/z==",
                "authorization: Basic CANARY",
                "{\"private_key\": \"-----BEGIN PRIVATE KEY-----\\nCANARY+/=\\nCANARY==\\n-----END PRIVATE KEY-----\\n\"}",
                "-----BEGIN EC PRIVATE KEY-----\nCANARY\nCANARY\n-----END EC PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nCANARY and no end",
                "grant_type=x&assertion=CANARYCANARY",
                "seen ya29.lab.CANARY",
                "jwt eyJhbGciOi.CANARY.CANARY",
                "x-api-key: CANARY"
            })
    void leavesNothingOfASecret(String text) {
        assertThat(Secrets.redacted(text)).doesNotContain("CANARY").contains("(redacted)");
    }

    @Test
    void leavesEverythingElse() {
        var line = "15:01 INFO serving assistant at http://127.0.0.1:11434, counted 22 tokens in, 48 out; pid 12";
        assertThat(Secrets.redacted(line)).isEqualTo(line);
        assertThat(Secrets.redacted("{\"port\":8085,\"token\":\"ya29.lab.x\",\"credentialsFile\":\"/tmp/key.json\"}"))
                .isEqualTo("{\"port\":8085,\"token\":\"(redacted)\",\"credentialsFile\":\"/tmp/key.json\"}");
    }
}
