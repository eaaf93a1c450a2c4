// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.javanet.NetHttpTransport;
import dev.privatellm.machine.cloud.CloudFailure;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Which files say as whom Google is spoken to, and what is said of the others. */
class GoogleIdentityTest {
    @TempDir
    Path folder;

    private RecordingCloud tokenServer;

    @BeforeEach
    void start() {
        tokenServer = new RecordingCloud(folder);
    }

    @AfterEach
    void stop() {
        tokenServer.close();
    }

    @Test
    void aWorkloadIdentityGetsItsTokenFromTheServerThatItsFileNames() throws IOException {
        tokenServer.answers(
                "{\"access_token\":\"federated\",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
        var identity = GoogleIdentity.of(toGoogle(federation()), toTokenServer());

        assertThat(identity.refreshAccessToken().getTokenValue()).isEqualTo("federated");
        assertThat(URLDecoder.decode(tokenServer.call().body(), UTF_8))
                .contains("subject_token=subject", "scope=https://www.googleapis.com/auth/cloud-platform");
    }

    @Test
    void aPersonsLoginIsTakenWithTheProjectThatItsCallsCountFor() throws IOException {
        var identity = GoogleIdentity.of(toGoogle(login()), new NetHttpTransport());

        assertThat(identity.getQuotaProjectId()).isEqualTo("quota-project");
    }

    @Test
    void aTokenServerThatRefusesIsQuoted() throws IOException {
        tokenServer.answers(
                400, "{\"error\":\"invalid_grant\",\"error_description\":\"Token has been expired or revoked.\"}");
        var identity = GoogleIdentity.of(toGoogle(login()), toTokenServer());

        assertThat(catchThrowableOfType(IOException.class, () -> identity.refreshAccessToken()))
                .extracting(GoogleErrors::of)
                .isInstanceOfSatisfying(
                        CloudFailure.CredentialsRejected.class,
                        refused -> assertThat(refused)
                                .hasMessageContaining("invalid_grant: Token has been expired or revoked."));
        assertThat(tokenServer.call().body()).contains("grant_type=refresh_token");
    }

    @Test
    void aRehearsalTakesNobodysLoginAndSaysWhatItFoundInstead() throws IOException {
        var file = login();

        assertThatThrownBy(() -> GoogleCloudProvider.open(new GoogleCloudSettings(
                        RecordingCloud.PROJECT, Optional.of(tokenServer.endpoint()), Optional.of(file))))
                .isInstanceOf(CloudFailure.CredentialsRejected.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("its type is authorized_user")
                .hasMessageContaining("expected: a key (service_account) of " + tokenServer.endpoint());
    }

    @Test
    void aFileThatIsNoCredentialsIsNamedWithWhatItIsAndWhatWasExpected() throws IOException {
        var client =
                Files.writeString(folder.resolve("client.json"), "{\"installed\":{\"client_secret\":\"hunter2\"}}");
        var text = Files.writeString(folder.resolve("token.txt"), "hunter2");
        var other = Files.writeString(folder.resolve("other.json"), "{\"type\":\"workload\",\"token\":\"hunter2\"}");

        assertRefused(client, "it names no type");
        assertRefused(text, "it is not JSON");
        assertRefused(other, "its type is workload");
        assertRefused(folder.resolve("absent.json"), "there is no such file");
    }

    private static void assertRefused(Path file, String because) {
        assertThatThrownBy(() -> GoogleCloudProvider.open(toGoogle(file)))
                .isInstanceOf(CloudFailure.CredentialsRejected.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(because)
                .hasMessageContaining("expected: service_account, authorized_user, external_account")
                .hasMessageNotContaining("hunter2");
    }

    /** Google's own token servers take https only; whatever is asked of them comes to ours. */
    private HttpTransport toTokenServer() {
        return new NetHttpTransport.Builder()
                .setConnectionFactory(url -> (HttpURLConnection)
                        tokenServer.endpoint().resolve(url.getPath()).toURL().openConnection())
                .build();
    }

    private static GoogleCloudSettings toGoogle(Path file) {
        return new GoogleCloudSettings(RecordingCloud.PROJECT, Optional.empty(), Optional.of(file));
    }

    /** As <a href="https://google.aip.dev/auth/4117">AIP-4117</a> has it: the subject's token lies in a file. */
    private Path federation() throws IOException {
        var subject = Files.writeString(folder.resolve("subject"), "subject");
        return write(Map.of(
                "type",
                "external_account",
                "audience",
                "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider",
                "subject_token_type",
                "urn:ietf:params:oauth:token-type:jwt",
                "token_url",
                "https://sts.googleapis.com/v1/token",
                "credential_source",
                Map.of("file", subject.toString())));
    }

    private Path login() throws IOException {
        return write(Map.of(
                "type",
                "authorized_user",
                "client_id",
                "id",
                "client_secret",
                "secret",
                "refresh_token",
                "refresh",
                "quota_project_id",
                "quota-project"));
    }

    private Path write(Map<String, ?> credentials) throws IOException {
        return Files.writeString(folder.resolve("adc.json"), JsonMapper.shared().writeValueAsString(credentials));
    }
}
