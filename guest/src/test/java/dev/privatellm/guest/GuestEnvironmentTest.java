// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestEnvironmentTest {
    @Test
    void inTheCloudNothingIsSet() {
        GuestEnvironment environment = GuestEnvironment.of(Map.of());
        assertThat(environment.metadata()).hasToString("http://169.254.169.254");
        assertThat(environment.secrets()).hasToString("https://secretmanager.googleapis.com");
        assertThat(environment.bind()).isEmpty();
        assertThat(environment.rehearsal()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "GCE_METADATA_HOST, 10.0.0.1:80",
        "GCE_METADATA_HOST, localhost.example.com:80",
        "GCE_METADATA_HOST, 127.0.0.1",
        "PRIVATE_LLM_BIND, 0.0.0.0:8080",
        "PRIVATE_LLM_ENGINE_URL, http://192.168.0.2:11434",
        "PRIVATE_LLM_SECRET_ENDPOINT, https://evil.example:443",
        "PRIVATE_LLM_SECRET_ENDPOINT, http://127.0.0.1@evil.example:80"
    })
    void anAddressThatIsNotLoopbackIsRefusedByName(String variable, String value) {
        assertThatThrownBy(() -> GuestEnvironment.of(Map.of(variable, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(variable);
    }

    @Test
    void loopbackAddressesAreTaken() {
        GuestEnvironment environment =
                GuestEnvironment.of(Map.of("GCE_METADATA_HOST", "127.0.0.1:81", "PRIVATE_LLM_BIND", "[::1]:8080"));
        assertThat(environment.metadata()).hasToString("http://127.0.0.1:81");
        assertThat(environment.bind())
                .hasValueSatisfying(address -> assertThat(address.getPort()).isEqualTo(8080));
        assertThat(environment.rehearsal()).isTrue();
    }
}
