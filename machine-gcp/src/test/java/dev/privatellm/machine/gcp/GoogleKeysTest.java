// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.KeyProvider;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GoogleKeysTest {
    private static final String RINGS = "/v1/projects/golden-project/locations/global/keyRings";
    private static final String KEYS = RINGS + "/pllm-ring/cryptoKeys";
    private static final String AGENT = "service-1234567890@gcp-sa-secretmanager.iam.gserviceaccount.com";
    private static final CryptoKey KEY =
            new CryptoKey("pllm-ring", "pllm-key", true, Map.of("pllm-cluster", "cluster-1"));
    private static final String STORED =
            "{\"name\": \"%s\", \"labels\": {\"pllm-cluster\": \"cluster-1\"}, \"versionTemplate\": {\"protectionLevel\": \"HSM\"}, \"primary\": {\"name\": \"v/1\", \"state\": \"ENABLED\"}}"
                    .formatted(KEYS.substring(4) + "/pllm-key");
    private static final String NOT_FOUND =
            "{\"error\": {\"code\": 404, \"message\": \"CryptoKey not found.\", \"status\": \"NOT_FOUND\"}}";
    private static final String EXISTS =
            "{\"error\": {\"code\": 409, \"message\": \"it already exists.\", \"status\": \"ALREADY_EXISTS\"}}";
    private static final String IDENTITY =
            "{\"name\": \"operations/finished.DONE_OPERATION\", \"done\": true, \"response\": {\"email\": \"%s\", \"uniqueId\": \"1\"}}"
                    .formatted(AGENT);

    @TempDir
    Path folder;

    private RecordingCloud cloud;
    private GoogleCloudProvider provider;
    private KeyProvider keys;

    @BeforeEach
    void connect() {
        cloud = new RecordingCloud(folder);
        provider = new GoogleCloudProvider(
                cloud.settings(),
                HttpProxies.of(Map.of()),
                CallLog.of(Map.of()),
                GoogleClients.CALL_TIMEOUT,
                Clock.fixed(Instant.parse("2026-11-21T08:00:00Z"), ZoneOffset.UTC));
        keys = provider.keys();
    }

    @AfterEach
    void disconnect() {
        provider.close();
        cloud.close();
    }

    @ParameterizedTest
    @CsvSource({"true, HSM", "false, SOFTWARE"})
    void makesRingAndKeyThatRotatesEvery90Days(boolean isHsm, String level) throws InvalidProtocolBufferException {
        cloud.answers(404, NOT_FOUND).answers("{}").answers(STORED);

        keys.ensure(new CryptoKey("pllm-ring", "pllm-key", isHsm, KEY.labels()));

        assertThat(cloud.calls())
                .extracting(RecordingCloud.Call::line)
                .containsExactly("GET " + KEYS + "/pllm-key", "POST " + RINGS, "POST " + KEYS);
        assertThat(cloud.calls().get(1).query()).containsEntry("keyRingId", "pllm-ring");
        assertThat(cloud.calls().get(2).query()).containsEntry("cryptoKeyId", "pllm-key");
        assertThat(inWords(cloud.calls().get(2))).isEqualTo(JsonMapper.shared().readTree("""
                        {"purpose": "ENCRYPT_DECRYPT", "rotationPeriod": "7776000s", "nextRotationTime": "2027-02-19T08:00:00Z",
                         "versionTemplate": {"protectionLevel": "%s", "algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION"},
                         "labels": {"pllm-cluster": "cluster-1"}}
                        """.formatted(level)));
    }

    @Test
    void makesAKeyInARingThatIsThere() {
        cloud.answers(404, NOT_FOUND).answers(409, EXISTS).answers(STORED);

        keys.ensure(KEY);

        assertThat(cloud.calls()).hasSize(3);
    }

    @Test
    void leavesAKeyOfOursAlone() {
        cloud.answers(STORED);

        keys.ensure(KEY);

        assertThat(cloud.call().method()).isEqualTo("GET");
    }

    @Test
    void refusesAKeyOfSomebodyElseEvenIfItAppearedJustNow() {
        cloud.answers(404, NOT_FOUND)
                .answers("{}")
                .answers(409, EXISTS)
                .answers(STORED.replace("cluster-1", "cluster-2"))
                .answers("{\"name\": \"n\"}");

        assertThatThrownBy(() -> keys.ensure(KEY))
                .isInstanceOf(CloudFailure.Conflict.class)
                .hasMessageContaining("cluster-2");
        assertThatThrownBy(() -> keys.ensure(KEY))
                .isInstanceOf(CloudFailure.Conflict.class)
                .hasMessageContaining("nobody");
    }

    @Test
    void findsAKeyOrTheCloudsWordThatThereIsNone() {
        cloud.answers(STORED).answers(404, NOT_FOUND).answers(503, "{}");

        assertThat(keys.find("pllm-ring", "pllm-key")).contains(KEY);
        assertThat(keys.find("pllm-ring", "pllm-key")).isEmpty();
        assertThatThrownBy(() -> keys.find("pllm-ring", "pllm-key")).isInstanceOf(CloudFailure.Unavailable.class);
    }

    @Test
    void letsTheSecretServicesOwnIdentityUseTheKeyAfterMakingIt() {
        cloud.answers(IDENTITY).answers("{\"etag\": \"AAAA\"}").answers("{}");

        keys.admitSecrets(KEY);

        assertThat(cloud.calls())
                .extracting(RecordingCloud.Call::line)
                .containsExactly(
                        "POST /v1beta1/projects/golden-project/services/secretmanager.googleapis.com:generateServiceIdentity",
                        "GET " + KEYS + "/pllm-key:getIamPolicy",
                        "POST " + KEYS + "/pllm-key:setIamPolicy");
        assertThat(cloud.calls().getFirst().headers().get("Authorization").getFirst())
                .startsWith("Bearer ey");
        assertThat(cloud.calls().get(2).json()).isEqualTo(JsonMapper.shared().readTree("""
                        {"policy": {"etag": "AAAA", "bindings": [
                            {"role": "roles/cloudkms.cryptoKeyEncrypterDecrypter", "members": ["serviceAccount:%s"]}]}}
                        """.formatted(AGENT)));
    }

    @Test
    void waitsForAnIdentityThatIsBeingMade() {
        cloud.answers("{\"name\": \"operations/acat.p2-1\"}")
                .answers("{\"done\": true, \"error\": {\"code\": 9, \"message\": \"not enabled\"}}")
                .answers(403, "{\"error\": {\"code\": 403, \"message\": \"no\", \"status\": \"PERMISSION_DENIED\"}}");

        assertThatThrownBy(() -> keys.admitSecrets(KEY)).isInstanceOf(CloudFailure.NotReady.class);
        assertThatThrownBy(() -> keys.admitSecrets(KEY))
                .isInstanceOf(CloudFailure.Unclassified.class)
                .hasMessageContaining("not enabled");
        assertThatThrownBy(() -> keys.admitSecrets(KEY)).isInstanceOf(CloudFailure.PermissionDenied.class);
    }

    @Test
    @DisplayName("P6 an answer that cannot be read proves nothing")
    void concludesNothingFromAnAnswerThatIsNoJson() {
        cloud.answers("<html>").answers("{\"done\": true, \"resp");

        assertThatThrownBy(() -> keys.admitSecrets(KEY)).isInstanceOf(CloudFailure.Unavailable.class);
        assertThatThrownBy(() -> keys.admitSecrets(KEY)).isInstanceOf(CloudFailure.Unavailable.class);
    }

    @Test
    void seesWhetherTheSecretServiceMayUseTheKey() {
        cloud.answers(
                "{\"bindings\": [{\"role\": \"roles/cloudkms.cryptoKeyEncrypterDecrypter\", \"members\": [\"serviceAccount:%s\"]}]}"
                        .formatted(AGENT));

        assertThat(keys.admitsSecrets(KEY)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"bindings\": [{\"role\": \"roles/cloudkms.viewer\", \"members\": [\"serviceAccount:" + AGENT
                        + "\"]}]}",
                "{\"bindings\": [{\"role\": \"roles/cloudkms.cryptoKeyEncrypterDecrypter\", \"members\": [\"user:a@example.com\","
                        + " \"serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com\"]}]}"
            })
    void takesNoOtherGrantForThatOne(String policy) {
        cloud.answers(policy).answers(404, NOT_FOUND);

        assertThat(keys.admitsSecrets(KEY)).isFalse();
        assertThat(keys.admitsSecrets(KEY)).isFalse();
    }

    /** The key that was asked for; Google's client writes numbers for the words of enums, and says so in the query. */
    private static JsonNode inWords(RecordingCloud.Call call) throws InvalidProtocolBufferException {
        assertThat(call.query()).containsEntry("$alt", "json;enum-encoding=int");
        com.google.cloud.kms.v1.CryptoKey.Builder asked = com.google.cloud.kms.v1.CryptoKey.newBuilder();
        JsonFormat.parser().merge(call.body(), asked);
        return JsonMapper.shared().readTree(JsonFormat.printer().print(asked));
    }
}
