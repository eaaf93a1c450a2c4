// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static dev.privatellm.lab.gcp.Clients.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.cloud.secretmanager.v1.AddSecretVersionRequest;
import com.google.cloud.secretmanager.v1.DestroySecretVersionRequest;
import com.google.cloud.secretmanager.v1.Replication;
import com.google.cloud.secretmanager.v1.Replication.Automatic;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.cloud.secretmanager.v1.SecretVersion;
import com.google.cloud.secretmanager.v1.SecretVersion.State;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.Duration;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SecretLifeTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LATE = Duration.ofMillis(700);

    private static GoogleCloud cloud;
    private static Clients clients;

    private final String id = Clients.newName() + "-bundle";

    @BeforeAll
    static void startCloud() throws IOException {
        cloud = GoogleCloud.start(GoogleCloudOptions.defaults().withLags(new Lags(LATE, LATE, LATE)));
        clients = new Clients(cloud);
    }

    @AfterAll
    static void closeCloud() throws IOException {
        clients.close();
        cloud.close();
    }

    @Test
    void keepsAVersionUntilItIsDestroyed() {
        Secret secret = create();
        SecretVersion version = add(secret, "one");
        assertThat(version.getName()).matches("projects/\\d+/secrets/" + id + "/versions/1");
        assertThat(version.getState()).isEqualTo(State.ENABLED);
        var read = clients.secrets.accessSecretVersion(version.getName());
        assertThat(read.getPayload().getData().toStringUtf8()).isEqualTo("one");
        assertThat(read.getPayload().getDataCrc32C()).isEqualTo(crc("one"));
        assertThat(clients.secrets
                        .accessSecretVersion("projects/%s/secrets/%s/versions/1".formatted(PROJECT, id))
                        .getName())
                .isEqualTo(version.getName());

        clients.secrets.destroySecretVersion(version.getName());
        assertThatThrownBy(() -> clients.secrets.accessSecretVersion(version.getName()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("is in DESTROYED state");
        assertThatThrownBy(() -> clients.secrets.destroySecretVersion(version.getName()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("is in DESTROYED state");
        assertThatThrownBy(() -> clients.secrets.enableSecretVersion(version.getName()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("is in DESTROYED state");
        assertThat(clients.secrets.getSecretVersion(version.getName()).getState())
                .isEqualTo(State.DESTROYED);
    }

    @Test
    void readsADisabledVersionOnlyAfterItIsEnabledAgain() {
        SecretVersion version = add(create(), "one");
        clients.secrets.disableSecretVersion(version.getName());
        assertThatThrownBy(() -> clients.secrets.accessSecretVersion(version.getName()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("is in DISABLED state");
        clients.secrets.enableSecretVersion(version.getName());
        assertThat(clients.secrets.accessSecretVersion(version.getName()).getName())
                .isEqualTo(version.getName());
    }

    @Test
    void namesTheNewestVersionLatestOnlyAfterAWhile() {
        Secret secret = create();
        String latest = secret.getName() + "/versions/latest";
        add(secret, "one");
        await().atMost(SOON)
                .ignoreExceptionsInstanceOf(NotFoundException.class)
                .until(() ->
                        clients.secrets.accessSecretVersion(latest).getName().endsWith("/1"));
        SecretVersion second = add(secret, "two");
        assertThat(clients.secrets.accessSecretVersion(latest).getName()).endsWith("/versions/1");
        assertThat(clients.secrets
                        .accessSecretVersion(second.getName())
                        .getPayload()
                        .getData()
                        .toStringUtf8())
                .isEqualTo("two");
        await().atMost(SOON)
                .until(() ->
                        clients.secrets.accessSecretVersion(latest).getName().endsWith("/2"));
        assertThat(clients.secrets.listSecretVersions(secret.getName()).iterateAll())
                .extracting(SecretVersion::getName)
                .containsExactly(second.getName(), secret.getName() + "/versions/1");
    }

    @Test
    void refusesASecondSecretOfOneNameAndForgetsADeletedOne() {
        Secret secret = create();
        assertThatThrownBy(this::create)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.getStatusCode().getTransportCode()).isEqualTo(409))
                .hasMessageContaining("already exists");
        clients.secrets.deleteSecret(secret.getName());
        assertThatThrownBy(() -> clients.secrets.getSecret(secret.getName())).isInstanceOf(NotFoundException.class);
    }

    @Test
    void refusesAPayloadWhoseChecksumIsWrongAndAForeignEtag() {
        Secret secret = create();
        assertThatThrownBy(() -> clients.secrets.addSecretVersion(AddSecretVersionRequest.newBuilder()
                        .setParent(secret.getName())
                        .setPayload(SecretPayload.newBuilder()
                                .setData(ByteString.copyFromUtf8("one"))
                                .setDataCrc32C(crc("two")))
                        .build()))
                .isInstanceOf(InvalidArgumentException.class);
        SecretVersion version = add(secret, "one");
        assertThatThrownBy(() -> clients.secrets.destroySecretVersion(DestroySecretVersionRequest.newBuilder()
                        .setName(version.getName())
                        .setEtag("\"0\"")
                        .build()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("etag");
        assertThat(clients.secrets.getSecretVersion(version.getName()).getState())
                .isEqualTo(State.ENABLED);
    }

    private Secret create() {
        return clients.secrets.createSecret(
                "projects/" + PROJECT,
                id,
                Secret.newBuilder()
                        .setReplication(Replication.newBuilder().setAutomatic(Automatic.getDefaultInstance()))
                        .build());
    }

    private static SecretVersion add(Secret secret, String text) {
        return clients.secrets.addSecretVersion(
                secret.getName(),
                SecretPayload.newBuilder()
                        .setData(ByteString.copyFromUtf8(text))
                        .setDataCrc32C(crc(text))
                        .build());
    }

    private static long crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(ByteString.copyFromUtf8(text).toByteArray());
        return crc.getValue();
    }
}
