// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoogleCloudSettingsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8080",
                "http://localhost:1",
                "http://[::1]:8080",
                "http://127.64.1.2:80/",
                "https://rehearsal.example:8443"
            })
    void acceptsLoopbackInClearAndAnythingEncrypted(String endpoint) {
        assertThatCode(() -> settings(endpoint)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://compute.googleapis.com",
                "http://10.0.0.1:8080",
                "http://127.0.0.1.example.org:80",
                "http://localhost.example.org",
                "http://user@127.0.0.1:80",
                "http://127.0.0.1:80/path",
                "https://example.org/?q",
                "ftp://127.0.0.1",
                "localhost:8080"
            })
    void refusesAnEndpointThatWouldSendCredentialsInClearOrIsNotOne(String endpoint) {
        assertThatThrownBy(() -> settings(endpoint))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "12345678", "Upper-Case", "with/slash", "../../other-project", "ends-with-"})
    void refusesWhatIsNoProjectId(String project) {
        assertThatThrownBy(() -> new GoogleCloudSettings(project, Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static GoogleCloudSettings settings(String endpoint) {
        return new GoogleCloudSettings(RecordingCloud.PROJECT, Optional.of(URI.create(endpoint)), Optional.empty());
    }
}
