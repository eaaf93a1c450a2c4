// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.IdentityProvider;
import dev.privatellm.machine.cloud.ServiceAccount;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class GoogleIdentitiesTest {
    private static final String ID = "pllm-0123456789ab";
    private static final String EMAIL = ID + "@golden-project.iam.gserviceaccount.com";
    private static final String ACCOUNTS = "/v1/projects/golden-project/serviceAccounts";
    private static final ServiceAccount ACCOUNT = new ServiceAccount(ID, EMAIL, "of uid-1");
    private static final String STORED = """
            {"name": "projects/golden-project/serviceAccounts/%1$s", "projectId": "golden-project", "uniqueId": "1", "email": "%1$s",
             "displayName": "Private LLM", "description": "of uid-1", "oauth2ClientId": "1", "etag": "MDEwMjE5MjA="}
            """.formatted(EMAIL);

    @TempDir
    Path folder;

    private RecordingCloud cloud;
    private GoogleCloudProvider provider;
    private IdentityProvider identities;

    @BeforeEach
    void connect() {
        cloud = new RecordingCloud(folder);
        provider = GoogleCloudProvider.open(cloud.settings());
        identities = provider.identities();
    }

    @AfterEach
    void disconnect() {
        provider.close();
        cloud.close();
    }

    @Test
    void makesAnAccountThatSaysWhoseItIs() {
        cloud.answers(STORED);

        assertThat(identities.create(ID, "Private LLM", "of uid-1")).isEqualTo(ACCOUNT);

        assertThat(cloud.call().line()).isEqualTo("POST " + ACCOUNTS);
        assertThat(cloud.call().json())
                .isEqualTo(JsonMapper.shared()
                        .readTree(
                                "{\"accountId\": \"%s\", \"serviceAccount\": {\"displayName\": \"Private LLM\", \"description\": \"of uid-1\"}}"
                                        .formatted(ID)));
        assertThat(cloud.call().headers().get("Authorization").getFirst()).startsWith("Bearer ey");
    }

    @Test
    void readsAndRemovesAnAccountByItsAddress() {
        cloud.answers(STORED).answers("{}");

        assertThat(identities.find(ID)).contains(ACCOUNT);
        identities.delete(ID);

        assertThat(cloud.calls())
                .extracting(RecordingCloud.Call::line)
                .containsExactly("GET " + ACCOUNTS + "/" + EMAIL, "DELETE " + ACCOUNTS + "/" + EMAIL);
    }

    @Test
    void putsAProjectsDomainBehindItInAnAddress() {
        GoogleCloudSettings settings = new GoogleCloudSettings(
                "example.com:golden-project",
                cloud.settings().endpoint(),
                cloud.settings().credentialsFile());
        cloud.answers("{}");
        try (GoogleCloudProvider other = GoogleCloudProvider.open(settings)) {
            other.identities().delete(ID);
        }

        assertThat(cloud.call().line())
                .isEqualTo("DELETE /v1/projects/example.com:golden-project/serviceAccounts/" + ID
                        + "@golden-project.example.com.iam.gserviceaccount.com");
    }

    @Test
    void takesAnAccountWithoutADescriptionForNobodys() {
        cloud.answers("{\"email\": \"" + EMAIL + "\"}");

        assertThat(identities.find(ID)).contains(new ServiceAccount(ID, EMAIL, ""));
    }

    @Test
    @DisplayName("P6 only the cloud's word that there is none counts as none")
    void tellsNothingFromNotKnown() {
        cloud.answers(404, error(404, "NOT_FOUND", "Service account %s does not exist.".formatted(EMAIL)))
                .answers(404, error(404, "NOT_FOUND", "Service account %s does not exist.".formatted(EMAIL)))
                .losesItsAnswer()
                .putsOff(Duration.ofSeconds(7), error(503, "UNAVAILABLE", "later"));

        assertThat(identities.find(ID)).isEmpty();
        assertThatThrownBy(() -> identities.delete(ID)).isInstanceOf(CloudFailure.NotFound.class);
        assertThatThrownBy(() -> identities.create(ID, "", "")).isInstanceOf(CloudFailure.Unavailable.class);
        assertThatThrownBy(() -> identities.find(ID))
                .isInstanceOfSatisfying(
                        CloudFailure.Unavailable.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(7)));
        assertThat(cloud.calls()).hasSize(4);
    }

    @Test
    void readsRefusalsLikeThoseOfTheOtherServices() {
        cloud.answers(409, error(409, "ALREADY_EXISTS", "Service account %s already exists.".formatted(ID)))
                .answers(
                        403,
                        error(403, "PERMISSION_DENIED", "Permission 'iam.serviceAccounts.create' denied on resource"))
                .answers(401, error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."))
                .answers(400, error(400, "INVALID_ARGUMENT", "Invalid service account ID."));

        assertThatThrownBy(() -> identities.create(ID, "", ""))
                .isInstanceOfSatisfying(
                        CloudFailure.AlreadyExists.class,
                        e -> assertThat(e.code()).isEqualTo("ALREADY_EXISTS"));
        assertThatThrownBy(() -> identities.create(ID, "", ""))
                .isInstanceOf(CloudFailure.PermissionDenied.class)
                .hasMessageContaining("missing permission iam.serviceAccounts.create");
        assertThatThrownBy(() -> identities.create(ID, "", "")).isInstanceOf(CloudFailure.CredentialsRejected.class);
        assertThatThrownBy(() -> identities.create(ID, "", "")).isInstanceOf(CloudFailure.InvalidRequest.class);
        assertThat(cloud.calls()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "{\"email\": \"pllm", "[]", "\"later\"", "{\"email\": {}}", "{}", ""})
    @DisplayName("P6 an answer that cannot be read proves nothing")
    void concludesNothingFromWhatIsNoAccount(String answer) {
        cloud.answers(answer);

        assertThatThrownBy(() -> identities.find(ID)).isInstanceOf(CloudFailure.Unavailable.class);
    }

    @Test
    void countsACallAsLostAfterItsTimeout() {
        cloud.hangs();
        try (GoogleCloudProvider hasty = new GoogleCloudProvider(
                cloud.settings(),
                HttpProxies.of(Map.of()),
                CallLog.of(Map.of()),
                Duration.ofMillis(300),
                Clock.systemUTC())) {
            assertThatThrownBy(() -> hasty.identities().create(ID, "", ""))
                    .isInstanceOf(CloudFailure.Unavailable.class);
        }
        assertThat(cloud.calls()).hasSize(1);
    }

    @Test
    void endsCallsInFlightWhenItIsClosed() {
        cloud.hangs();
        FutureTask<Optional<ServiceAccount>> inFlight = new FutureTask<>(() -> identities.find(ID));
        Thread.ofVirtual().start(inFlight);
        await().until(() -> cloud.calls().size() == 1);

        provider.close();

        assertThatThrownBy(() -> inFlight.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(CloudFailure.Unavailable.class);
        assertThatThrownBy(() -> identities.find(ID)).isInstanceOf(CloudFailure.Unavailable.class);
    }

    private static String error(int code, String status, String message) {
        return "{\"error\": {\"code\": %d, \"message\": \"%s\", \"status\": \"%s\"}}".formatted(code, message, status);
    }
}
