// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.SecretStore;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Who may read a secret, by <a href="https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/setIamPolicy">policies</a>. */
class SecretPolicyTest {
    private static final String SECRET = "pllm-0123456789ab-bundle";
    private static final String PATH = "/v1/projects/golden-project/secrets/" + SECRET;
    private static final String EMAIL = "pllm-0123456789ab@golden-project.iam.gserviceaccount.com";
    private static final String OURS =
            "{\"role\": \"roles/secretmanager.secretAccessor\", \"members\": [\"serviceAccount:" + EMAIL + "\"]}";
    private static final String ABORTED =
            "{\"error\": {\"code\": 409, \"message\": \"There were concurrent policy changes.\", \"status\": \"ABORTED\"}}";

    @TempDir
    Path folder;

    private RecordingCloud cloud;
    private GoogleCloudProvider provider;
    private SecretStore secrets;

    @BeforeEach
    void connect() {
        cloud = new RecordingCloud(folder);
        provider = GoogleCloudProvider.open(cloud.settings());
        secrets = provider.secrets();
    }

    @AfterEach
    void disconnect() {
        provider.close();
        cloud.close();
    }

    @Test
    void addsOneMemberAndKeepsWhatOthersGranted() {
        String others =
                "{\"role\": \"roles/secretmanager.admin\", \"members\": [\"user:a@example.com\"], \"condition\": {\"title\": \"t\", \"expression\": \"true\"}}";
        cloud.answers("{\"version\": 3, \"etag\": \"BwXhqDE=\", \"bindings\": [" + others + "]}")
                .answers("{}");

        secrets.admit(SECRET, EMAIL);

        assertThat(cloud.calls())
                .extracting(RecordingCloud.Call::line)
                .containsExactly("GET " + PATH + ":getIamPolicy", "POST " + PATH + ":setIamPolicy");
        assertThat(cloud.calls().getFirst().query()).containsEntry("options.requestedPolicyVersion", "3");
        assertThat(cloud.calls().get(1).json())
                .isEqualTo(JsonMapper.shared()
                        .readTree("{\"policy\": {\"version\": 3, \"etag\": \"BwXhqDE=\", \"bindings\": [%s, %s]}}"
                                .formatted(others, OURS)));
    }

    @Test
    void joinsTheMembersThatHaveTheRole() {
        cloud.answers(
                        "{\"etag\": \"BwXhqDE=\", \"bindings\": [{\"role\": \"roles/secretmanager.secretAccessor\", \"members\": [\"user:a@example.com\"]}]}")
                .answers("{}");

        secrets.admit(SECRET, EMAIL);

        assertThat(cloud.calls().get(1).json().path("policy").path("bindings"))
                .isEqualTo(JsonMapper.shared()
                        .readTree(
                                "[{\"role\": \"roles/secretmanager.secretAccessor\", \"members\": [\"user:a@example.com\", \"serviceAccount:%s\"]}]"
                                        .formatted(EMAIL)));
    }

    @Test
    void writesNothingIfTheAccountMayReadAlready() {
        cloud.answers("{\"etag\": \"BwXhqDE=\", \"bindings\": [" + OURS + "]}");

        secrets.admit(SECRET, EMAIL);

        assertThat(cloud.call().method()).isEqualTo("GET");
    }

    @Test
    void readsAgainWhenSomebodyElseWroteInBetween() {
        cloud.answers("{\"etag\": \"AAAA\"}")
                .answers(409, ABORTED)
                .answers("{\"etag\": \"BBBB\"}")
                .answers("{}");

        secrets.admit(SECRET, EMAIL);

        assertThat(cloud.calls()).hasSize(4);
        assertThat(cloud.calls().get(3).json().path("policy").path("etag").asString())
                .isEqualTo("BBBB");
    }

    @Test
    void leavesAPolicyThatOthersKeepWritingToALaterStep() {
        for (int i = 0; i < Policies.MAX_TRIES + 1; i++) {
            cloud.answers("{\"etag\": \"AAAA\"}").answers(409, ABORTED);
        }

        assertThatThrownBy(() -> secrets.admit(SECRET, EMAIL)).isInstanceOf(CloudFailure.Conflict.class);
        assertThat(cloud.calls()).hasSize(2 * Policies.MAX_TRIES);
    }

    @Test
    void saysNotReadyOfAnAccountThatTheCloudDoesNotKnowYet() {
        cloud.answers("{\"etag\": \"AAAA\"}")
                .answers(
                        400,
                        "{\"error\": {\"code\": 400, \"message\": \"Service account %s does not exist.\", \"status\": \"INVALID_ARGUMENT\"}}"
                                .formatted(EMAIL));

        assertThatThrownBy(() -> secrets.admit(SECRET, EMAIL)).isInstanceOf(CloudFailure.NotReady.class);
    }

    @Test
    void seesWhoMayRead() {
        cloud.answers("{\"bindings\": [" + OURS + "]}");

        assertThat(secrets.admits(SECRET, EMAIL)).isTrue();
        assertThat(cloud.call().line()).isEqualTo("GET " + PATH + ":getIamPolicy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"bindings\": [{\"role\": \"roles/secretmanager.viewer\", \"members\": [\"serviceAccount:" + EMAIL
                        + "\"]}]}",
                "{\"bindings\": [{\"role\": \"roles/secretmanager.secretAccessor\", \"members\": [\"deleted:serviceAccount:"
                        + EMAIL + "?uid=1\"]}]}",
                "{\"bindings\": [{\"role\": \"roles/secretmanager.secretAccessor\", \"members\": [\"serviceAccount:"
                        + EMAIL
                        + "\"], \"condition\": {\"title\": \"until\", \"expression\": \"request.time < timestamp('2026-01-01T00:00:00Z')\"}}]}"
            })
    void takesNoOtherGrantForThatOne(String policy) {
        cloud.answers(policy);

        assertThat(secrets.admits(SECRET, EMAIL)).isFalse();
    }

    @Test
    void admitsNobodyToASecretThatIsNotThere() {
        cloud.answers(404, "{\"error\": {\"code\": 404, \"message\": \"not found\", \"status\": \"NOT_FOUND\"}}");

        assertThat(secrets.admits(SECRET, EMAIL)).isFalse();
    }
}
