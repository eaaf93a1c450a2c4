// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.api.gax.logging.LoggingUtils;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.OperationId;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Isolated("looks at the threads of the whole process")
class GoogleCloudProviderTest {
    @TempDir
    Path folder;

    private RecordingCloud cloud;

    @BeforeEach
    void start() {
        cloud = new RecordingCloud(folder);
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    @Test
    void signsItsOwnTokensAndExchangesNone() {
        cloud.answers(Samples.OPERATION);
        try (GoogleCloudProvider provider = GoogleCloudProvider.open(cloud.settings())) {
            provider.instances().start(Samples.ID, Samples.REQUEST);
        }

        String bearer = cloud.call().headers().get("Authorization").getFirst().substring("Bearer ".length());
        String[] parts = bearer.split("\\.", -1);
        JsonNode header = decode(parts[0]);
        JsonNode claims = decode(parts[1]);
        assertThat(header.path("alg").asString()).isEqualTo("RS256");
        assertThat(header.path("kid").asString()).isEqualTo("golden");
        assertThat(claims.path("iss")).isEqualTo(claims.path("sub"));
        assertThat(claims.path("iss").asString()).isEqualTo("tester@golden-project.iam.gserviceaccount.com");
        assertThat(claims.path("scope").asString()).isEqualTo("https://www.googleapis.com/auth/cloud-platform");
        assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(3600);
    }

    @Test
    void refusesToLookForAmbientCredentialsForAnOverriddenEndpoint() {
        GoogleCloudSettings settings =
                new GoogleCloudSettings(RecordingCloud.PROJECT, Optional.of(cloud.endpoint()), Optional.empty());

        assertThatThrownBy(() -> GoogleCloudProvider.open(settings))
                .isInstanceOf(CloudFailure.CredentialsRejected.class)
                .hasMessageContaining(cloud.endpoint().toString())
                .hasMessageContaining("expected: a service-account key of that endpoint");
    }

    @Test
    void refusesARealKeyForAnOverriddenEndpointAndSendsNothing() throws IOException {
        Path real = RecordingCloud.writeKey(folder.resolve("real.json"), "https://oauth2.googleapis.com/token");
        Path otherPort = RecordingCloud.writeKey(folder.resolve("other.json"), "http://127.0.0.1:1/token");
        Path otherScheme = RecordingCloud.writeKey(
                folder.resolve("scheme.json"), cloud.endpoint().toString().replace("http:", "https:") + "/token");

        assertForeign(real);
        assertForeign(otherPort);
        assertForeign(otherScheme);
        assertThat(cloud.calls()).isEmpty();
    }

    @Test
    void refusesARehearsalsKeyForTheRealCloud() {
        GoogleCloudSettings settings = new GoogleCloudSettings(
                RecordingCloud.PROJECT, Optional.empty(), cloud.settings().credentialsFile());

        assertThatThrownBy(() -> GoogleCloudProvider.open(settings))
                .isInstanceOf(CloudFailure.CredentialsRejected.class)
                .hasMessageContaining("this key belongs to a rehearsal");
    }

    @Test
    void refusesAFileThatIsNoKeyWithoutQuotingIt() throws IOException {
        Path file = Files.writeString(
                folder.resolve("broken.json"), "{\"type\": \"service_account\", \"private_key\": \"hunter2\"}");

        assertThatThrownBy(() -> GoogleCloudProvider.open(new GoogleCloudSettings(
                        RecordingCloud.PROJECT, Optional.of(cloud.endpoint()), Optional.of(file))))
                .isInstanceOf(CloudFailure.CredentialsRejected.class)
                .hasMessageContaining("broken.json")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void saysUnavailableWhenNobodyListens() {
        GoogleCloudSettings settings = cloud.settings();
        cloud.close();
        try (GoogleCloudProvider provider = GoogleCloudProvider.open(settings)) {
            assertThatThrownBy(() -> provider.instances().find(Samples.ID))
                    .isInstanceOf(CloudFailure.Unavailable.class)
                    .hasMessageContaining("no answer from the cloud");
        }
    }

    @Test
    void countsACallAsLostAfterItsTimeout() {
        cloud.hangs();
        try (GoogleCloudProvider provider = new GoogleCloudProvider(
                cloud.settings(),
                HttpProxies.of(Map.of()),
                CallLog.of(Map.of()),
                Duration.ofMillis(300),
                Clock.systemUTC())) {
            assertThatThrownBy(() -> provider.instances().start(Samples.ID, Samples.REQUEST))
                    .isInstanceOf(CloudFailure.Unavailable.class);
        }
        assertThat(cloud.calls()).hasSize(1);
    }

    @Test
    @DisplayName(
            "P6 a service of secrets that never answers is given up after the deadline of a call, which is 20 seconds")
    void givesUpOnSecretsThatNeverAnswer() {
        cloud.hangs();
        try (GoogleCloudProvider provider = new GoogleCloudProvider(
                cloud.settings(),
                HttpProxies.of(Map.of()),
                CallLog.of(Map.of()),
                Duration.ofMillis(300),
                Clock.systemUTC())) {
            assertThatThrownBy(() -> provider.secrets().addVersion("pllm-bundle", new byte[] {1}))
                    .isInstanceOf(CloudFailure.Unavailable.class);
        }
        assertThat(cloud.calls()).hasSize(1);
        assertThat(GoogleClients.CALL_TIMEOUT).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void saysUnavailableOnceItIsClosed() {
        GoogleCloudProvider provider = GoogleCloudProvider.open(cloud.settings());
        provider.close();

        assertThatThrownBy(() -> provider.instances().find(Samples.ID)).isInstanceOf(CloudFailure.Unavailable.class);
    }

    @Test
    void endsCallsInFlightAndLeavesNoThreadThatKeepsTheProcessAlive() throws Exception {
        Set<Thread> before = workers();
        cloud.answers(Samples.OPERATION).hangs();
        GoogleCloudProvider provider = GoogleCloudProvider.open(cloud.settings());
        provider.instances().start(Samples.ID, Samples.REQUEST);
        FutureTask<OperationId> inFlight =
                new FutureTask<>(() -> provider.instances().stop(Samples.ID, Samples.REQUEST));
        Thread.ofVirtual().start(inFlight);
        await().until(() -> cloud.calls().size() == 2);

        provider.close();

        assertThatThrownBy(() -> inFlight.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(CloudFailure.Unavailable.class);
        await().atMost(Duration.ofSeconds(5)).until(() -> before.containsAll(workers()));
    }

    private static Set<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon() && !thread.getName().startsWith("awaitility"))
                .collect(Collectors.toSet());
    }

    @Test
    void warmsUpByReadsOnlyWhateverTheyAnswer() {
        try (GoogleCloudProvider provider = GoogleCloudProvider.open(cloud.settings())) {
            for (int i = 0; i < 15; i++) {
                cloud.answers(i % 2 == 0 ? 404 : 403, "{}");
            }
            provider.warmUp();
        }

        assertThat(cloud.calls())
                .hasSize(15)
                .allSatisfy(call -> assertThat(call.method()).isEqualTo("GET"));
    }

    @Test
    void keepsBodiesOutOfGooglesOwnLogging() {
        Logger logger = Logger.getLogger("com.google.api.client.http.HttpTransport");
        logger.setLevel(Level.ALL);

        GoogleCloudProvider.open(cloud.settings()).close();

        assertThat(logger.isLoggable(Level.CONFIG)).isFalse();
    }

    @Test
    void refusesToRunWithGooglesPayloadLogging() throws ReflectiveOperationException {
        Field switchedOn =
                LoggingUtils.class.getDeclaredField("loggingEnabled"); // set once from the environment of the process
        switchedOn.setAccessible(true);
        switchedOn.setBoolean(null, true);
        try {
            assertThatThrownBy(() -> GoogleCloudProvider.open(cloud.settings()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("GOOGLE_SDK_JAVA_LOGGING");
        } finally {
            switchedOn.setBoolean(null, false);
        }
    }

    private void assertForeign(Path key) {
        URI endpoint = cloud.endpoint();
        assertThatThrownBy(() -> GoogleCloudProvider.open(
                        new GoogleCloudSettings(RecordingCloud.PROJECT, Optional.of(endpoint), Optional.of(key))))
                .isInstanceOf(CloudFailure.CredentialsRejected.class)
                .hasMessageContaining("token_uri")
                .hasMessageContaining("expected: one on " + endpoint);
    }

    private static JsonNode decode(String part) {
        return JsonMapper.shared().readTree(new String(Base64.getUrlDecoder().decode(part), UTF_8));
    }
}
