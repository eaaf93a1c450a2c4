// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.SecretStore;
import dev.privatellm.machine.cloud.SecretVersion;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class GoogleSecretsTest {
    private static final String SECRET = "pllm-0123456789ab-bundle";
    private static final String PATH = "/v1/projects/golden-project/secrets/" + SECRET;
    private static final Map<String, String> LABELS = Map.of("pllm-owner", "uid-1");

    /** "123456789", whose CRC32C is the check value of the algorithm's catalogue entry: 0xE3069283. */
    private static final byte[] PAYLOAD = "123456789".getBytes(UTF_8);

    private static final long CHECK_VALUE = 0xE3069283L;
    private static final SecretVersion VERSION = new SecretVersion(
            "projects/1/secrets/" + SECRET + "/versions/7",
            7,
            SecretVersion.State.ENABLED,
            Instant.parse("2026-11-21T09:00:00Z"));
    private static final String NOT_FOUND =
            "{\"error\": {\"code\": 404, \"message\": \"Secret [projects/1/secrets/s] not found.\", \"status\": \"NOT_FOUND\"}}";
    private static final String DESTROYED =
            "{\"error\": {\"code\": 400, \"message\": \"Secret Version [projects/1/secrets/s/versions/7] is in DESTROYED state.\", \"status\": \"FAILED_PRECONDITION\"}}";

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
    void makesAContainerThatReplicatesByItselfAndDestroysNothingByItself() {
        cloud.answers(404, NOT_FOUND)
                .answers("{\"name\": \"projects/1/secrets/s\", \"labels\": {\"pllm-owner\": \"uid-1\"}}");

        secrets.ensure(SECRET, LABELS, Optional.empty());

        assertThat(cloud.calls())
                .extracting(RecordingCloud.Call::line)
                .containsExactly("GET " + PATH, "POST /v1/projects/golden-project/secrets");
        assertThat(cloud.calls().get(1).query()).containsEntry("secretId", SECRET);
        assertThat(cloud.calls().get(1).json())
                .isEqualTo(JsonMapper.shared()
                        .readTree("{\"replication\": {\"automatic\": {}}, \"labels\": {\"pllm-owner\": \"uid-1\"}}"));
    }

    @Test
    void encryptsAContainerWithTheKeyItIsGiven() {
        cloud.answers(404, NOT_FOUND)
                .answers("{\"name\": \"projects/1/secrets/s\", \"labels\": {\"pllm-owner\": \"uid-1\"}}");

        secrets.ensure(SECRET, LABELS, Optional.of(new CryptoKey("pllm-ring", "pllm-key", true, Map.of())));

        assertThat(cloud.calls().get(1).json().path("replication"))
                .isEqualTo(JsonMapper.shared().readTree("""
                        {"automatic": {"customerManagedEncryption":
                            {"kmsKeyName": "projects/golden-project/locations/global/keyRings/pllm-ring/cryptoKeys/pllm-key"}}}
                        """));
    }

    @Test
    void tellsWhoseAContainerIs() {
        cloud.answers("{\"name\": \"projects/1/secrets/s\", \"labels\": {\"pllm-owner\": \"uid-2\"}}")
                .answers("{\"name\": \"projects/1/secrets/s\"}")
                .answers(404, NOT_FOUND);

        assertThat(secrets.owner(SECRET)).contains("uid-2");
        assertThat(secrets.owner(SECRET)).contains("");
        assertThat(secrets.owner(SECRET)).isEmpty();
    }

    @Test
    void removesAContainerOnce() {
        cloud.answers("{}").answers(404, NOT_FOUND);

        secrets.delete(SECRET);

        assertThat(cloud.call().line()).isEqualTo("DELETE " + PATH);
        assertThatThrownBy(() -> secrets.delete(SECRET)).isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void leavesAContainerOfOursAlone() {
        cloud.answers("{\"name\": \"projects/1/secrets/s\", \"labels\": {\"pllm-owner\": \"uid-1\"}}");

        secrets.ensure(SECRET, LABELS, Optional.empty());

        assertThat(cloud.call().line()).isEqualTo("GET " + PATH);
    }

    @Test
    void refusesAContainerOfSomebodyElseEvenIfItAppearedJustNow() {
        String foreign = "{\"name\": \"projects/1/secrets/s\", \"labels\": {\"pllm-owner\": \"uid-2\"}}";
        cloud.answers(404, NOT_FOUND)
                .answers(
                        409,
                        "{\"error\": {\"code\": 409, \"message\": \"Secret [s] already exists.\", \"status\": \"ALREADY_EXISTS\"}}")
                .answers(foreign)
                .answers("{\"name\": \"projects/1/secrets/s\"}");

        assertThatThrownBy(() -> secrets.ensure(SECRET, LABELS, Optional.empty()))
                .isInstanceOf(CloudFailure.Conflict.class)
                .hasMessageContaining("uid-2");
        assertThatThrownBy(() -> secrets.ensure(SECRET, LABELS, Optional.empty()))
                .isInstanceOf(CloudFailure.Conflict.class)
                .hasMessageContaining("nobody");
    }

    @Test
    void uploadsAPayloadWithItsChecksum() {
        cloud.answers(
                "{\"name\": \"projects/1/secrets/s/versions/7\", \"createTime\": \"2026-11-21T09:00:00.250Z\", \"state\": \"ENABLED\"}");

        SecretVersion version = secrets.addVersion(SECRET, PAYLOAD);

        assertThat(version.name()).isEqualTo("projects/1/secrets/s/versions/7");
        assertThat(version.number()).isEqualTo(7);
        assertThat(version.createdAt()).isEqualTo(Instant.parse("2026-11-21T09:00:00.250Z"));
        assertThat(cloud.call().line()).isEqualTo("POST " + PATH + ":addVersion");
        assertThat(cloud.call().json())
                .isEqualTo(JsonMapper.shared()
                        .readTree("{\"payload\": {\"data\": \"%s\", \"dataCrc32c\": \"%d\"}}"
                                .formatted(Base64.getEncoder().encodeToString(PAYLOAD), CHECK_VALUE)));
    }

    @Test
    @DisplayName(
            "S5 an upload whose answer is lost is sent exactly once, since nobody could tell two versions apart from one")
    void neverRepeatsAnUpload() {
        cloud.answers("{}").losesItsAnswer().answers("{\"name\": \"projects/1/secrets/s/versions/8\"}");
        secrets.versions(SECRET);

        assertThatThrownBy(() -> secrets.addVersion(SECRET, PAYLOAD)).isInstanceOf(CloudFailure.Unavailable.class);
        assertThat(cloud.calls()).hasSize(2);
    }

    @Test
    void listsVersionsOfAllPagesNewestFirst() {
        cloud.answers(
                        "{\"versions\": [{\"name\": \"projects/1/secrets/s/versions/9\", \"state\": \"ENABLED\"}, {\"name\": \"projects/1/secrets/s/versions/2\", \"state\": \"DESTROYED\"}],"
                                + "\"nextPageToken\": \"p2\"}")
                .answers("{\"versions\": [{\"name\": \"projects/1/secrets/s/versions/10\", \"state\": \"DISABLED\"}]}");

        assertThat(secrets.versions(SECRET)).extracting(SecretVersion::number).containsExactly(10L, 9L, 2L);
        assertThat(cloud.calls().get(1).query()).containsEntry("pageToken", "p2");
    }

    @Test
    void listsNothingForAContainerThatIsNotThere() {
        cloud.answers(404, NOT_FOUND);

        assertThat(secrets.versions(SECRET)).isEmpty();
    }

    @Test
    void readsAPayloadWhoseChecksumAgrees() {
        cloud.answers(payload(CHECK_VALUE));

        assertThat(secrets.access(VERSION)).isEqualTo(PAYLOAD);
        assertThat(cloud.call().line()).isEqualTo("GET /v1/" + VERSION.name() + ":access");
    }

    @Test
    void refusesAPayloadWhoseChecksumDisagreesOrIsMissing() {
        cloud.answers(payload(CHECK_VALUE + 1)).answers("{\"payload\": {\"data\": \"AAAA\"}}");

        assertThatThrownBy(() -> secrets.access(VERSION))
                .isInstanceOf(CloudFailure.Unavailable.class)
                .hasMessageContaining("checksum");
        assertThatThrownBy(() -> secrets.access(VERSION))
                .isInstanceOf(CloudFailure.Unavailable.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void saysNotFoundForAVersionWithoutContent() {
        cloud.answers(400, DESTROYED).answers("{\"name\": \"" + VERSION.name() + "\", \"state\": \"DESTROYED\"}");

        assertThatThrownBy(() -> secrets.access(VERSION)).isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    @DisplayName("S5 destroyed means destroyed: a version that is gone already is a success, a refusal is not")
    void destroysOnceAndForAll() {
        cloud.answers("{\"name\": \"" + VERSION.name() + "\", \"state\": \"DESTROYED\"}")
                .answers(400, DESTROYED)
                .answers("{\"name\": \"" + VERSION.name() + "\", \"state\": \"DESTROYED\"}")
                .answers(400, DESTROYED)
                .answers("{\"name\": \"" + VERSION.name() + "\", \"state\": \"DISABLED\"}");

        secrets.destroy(VERSION);
        assertThatCode(() -> secrets.destroy(VERSION)).doesNotThrowAnyException();
        assertThatThrownBy(() -> secrets.destroy(VERSION)).isInstanceOf(CloudFailure.InvalidRequest.class);
        assertThat(cloud.calls().getFirst().line()).isEqualTo("POST /v1/" + VERSION.name() + ":destroy");
    }

    private static String payload(long crc) {
        return "{\"name\": \"%s\", \"payload\": {\"data\": \"%s\", \"dataCrc32c\": \"%d\"}}"
                .formatted(VERSION.name(), Base64.getEncoder().encodeToString(PAYLOAD), crc);
    }
}
