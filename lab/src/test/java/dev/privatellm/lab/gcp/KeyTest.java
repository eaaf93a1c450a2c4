// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static dev.privatellm.lab.gcp.Clients.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.rpc.AbortedException;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.CryptoKeyVersionTemplate;
import com.google.cloud.kms.v1.KeyRing;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.cloud.secretmanager.v1.CustomerManagedEncryption;
import com.google.cloud.secretmanager.v1.Replication;
import com.google.cloud.secretmanager.v1.Replication.Automatic;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.cloud.secretmanager.v1.SecretVersion;
import com.google.iam.v1.Binding;
import com.google.iam.v1.GetIamPolicyRequest;
import com.google.iam.v1.Policy;
import com.google.iam.v1.SetIamPolicyRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KeyTest {

    private static final String USER = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
    private static final String LOCATION = "projects/" + PROJECT + "/locations/global";
    private static final java.time.Duration LATE = java.time.Duration.ofMinutes(1);
    private static final SteppedClock CLOCK = new SteppedClock();

    /** 90 days. */
    private static final Duration PERIOD =
            Duration.newBuilder().setSeconds(7_776_000).build();

    private static final CryptoKey HSM = CryptoKey.newBuilder()
            .setPurpose(CryptoKeyPurpose.ENCRYPT_DECRYPT)
            .setVersionTemplate(CryptoKeyVersionTemplate.newBuilder()
                    .setAlgorithm(CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION)
                    .setProtectionLevel(ProtectionLevel.HSM))
            .setRotationPeriod(PERIOD)
            .setNextRotationTime(Timestamp.newBuilder().setSeconds(4_000_000_000L))
            .putLabels("pllm-cluster", "one")
            .build();

    private static GoogleCloud cloud;
    private static Clients clients;
    private static Lab lab;

    private final String id = Clients.newName();
    private final String ring = LOCATION + "/keyRings/" + id;

    @BeforeAll
    static void startCloud() throws IOException {
        cloud = GoogleCloud.start(GoogleCloudOptions.defaults()
                .withClock(CLOCK)
                .withLags(new Lags(java.time.Duration.ZERO, java.time.Duration.ZERO, LATE)));
        clients = new Clients(cloud);
        lab = new Lab(cloud);
    }

    @AfterAll
    static void closeCloud() throws IOException {
        clients.close();
        cloud.close();
    }

    @Test
    void keepsRingsAndKeysForEver() {
        assertThatThrownBy(() -> clients.keys.getKeyRing(ring)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> clients.keys.createCryptoKey(ring, "bundle", HSM))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("KeyRing " + ring + " not found.");
        CryptoKey made = key();
        assertThat(clients.keys.getKeyRing(ring).getName()).isEqualTo(ring);
        assertThat(clients.keys.listKeyRings(LOCATION).iterateAll())
                .extracting(KeyRing::getName)
                .contains(ring);
        assertThat(clients.keys.listCryptoKeys(ring).iterateAll()).containsExactly(made);
        assertThat(clients.keys.getCryptoKey(made.getName())).isEqualTo(made);
        assertThat(made.getPrimary().getName()).isEqualTo(made.getName() + "/cryptoKeyVersions/1");
        assertThat(made.getPrimary().getState()).isEqualTo(CryptoKeyVersionState.ENABLED);
        assertThat(made.getPrimary().getProtectionLevel()).isEqualTo(ProtectionLevel.HSM);
        assertThat(made.getRotationPeriod()).isEqualTo(PERIOD);
        assertThat(made.getLabelsMap()).containsEntry("pllm-cluster", "one");
        exists(() -> clients.keys.createKeyRing(LOCATION, id, KeyRing.getDefaultInstance()));
        exists(() -> clients.keys.createCryptoKey(ring, "bundle", HSM));
        HttpResponse<String> deleted = lab.call("DELETE", "/v1/" + ring, cloud.token(), "");
        assertThat(deleted.statusCode()).isEqualTo(404);
        assertThat(lab.journal("KeyManagementService.CreateCryptoKey")
                        .getLast()
                        .path("target")
                        .asString())
                .isEqualTo("/v1/" + ring + "/cryptoKeys/bundle");
    }

    @Test
    void refusesAKeyThatIsNone() {
        clients.keys.createKeyRing(LOCATION, id, KeyRing.getDefaultInstance());
        refused(HSM.toBuilder().clearPurpose().build(), "purpose");
        refused(HSM.toBuilder().clearNextRotationTime().build(), "next_rotation_time");
        refused(
                HSM.toBuilder()
                        .setRotationPeriod(Duration.newBuilder().setSeconds(3600))
                        .build(),
                "24 hours");
        refused(HSM.toBuilder().putLabels("Upper", "x").build(), "labels");
        CryptoKeyVersionTemplate signing = HSM.getVersionTemplate().toBuilder()
                .setAlgorithm(CryptoKeyVersionAlgorithm.RSA_SIGN_PSS_2048_SHA256)
                .build();
        refused(HSM.toBuilder().setVersionTemplate(signing).build(), "algorithm");
        assertThatThrownBy(() -> clients.keys.createKeyRing(LOCATION, "a.b", KeyRing.getDefaultInstance()))
                .isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void getsANewPrimaryVersionOnlyWhenItIsToldTo() {
        CryptoKey made = key();
        clients.keys.destroyCryptoKeyVersion(made.getPrimary().getName());
        CryptoKeyVersion second =
                clients.keys.createCryptoKeyVersion(made.getName(), CryptoKeyVersion.getDefaultInstance());
        assertThat(second.getName()).isEqualTo(made.getName() + "/cryptoKeyVersions/2");
        assertThat(clients.keys.getCryptoKey(made.getName()).getPrimary().getState())
                .isEqualTo(CryptoKeyVersionState.DESTROY_SCHEDULED);
        assertThatThrownBy(() -> clients.keys.updateCryptoKeyPrimaryVersion(made.getName(), "1"))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("DESTROY_SCHEDULED");
        assertThatThrownBy(() -> clients.keys.updateCryptoKeyPrimaryVersion(made.getName(), "3"))
                .isInstanceOf(NotFoundException.class);
        assertThat(clients.keys
                        .updateCryptoKeyPrimaryVersion(made.getName(), "2")
                        .getPrimary())
                .isEqualTo(second);
    }

    @Test
    void rotatesAtTheTimeThatItWasTold() {
        CryptoKey made = key();
        Timestamp soon = Timestamps.add(
                Timestamps.fromMillis(CLOCK.millis()),
                Duration.newBuilder().setSeconds(120).build());
        CryptoKey changed = clients.keys.updateCryptoKey(
                made.toBuilder()
                        .setNextRotationTime(soon)
                        .putLabels("pllm-cluster", "two")
                        .build(),
                FieldMask.newBuilder()
                        .addPaths("next_rotation_time")
                        .addPaths("labels")
                        .build());
        assertThat(changed.getLabelsMap()).containsEntry("pllm-cluster", "two");
        assertThat(changed.getPrimary()).isEqualTo(made.getPrimary());
        CLOCK.step(java.time.Duration.ofSeconds(121));
        CryptoKey rotated = clients.keys.getCryptoKey(made.getName());
        assertThat(rotated.getPrimary().getName()).endsWith("/cryptoKeyVersions/2");
        assertThat(rotated.getNextRotationTime()).isEqualTo(Timestamps.add(soon, PERIOD));
        assertThatThrownBy(() -> clients.keys.updateCryptoKey(
                        made, FieldMask.newBuilder().addPaths("purpose").build()))
                .isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void refusesAPolicyThatSomebodyElseChangedMeanwhile() {
        String key = key().getName();
        Policy read = policy(key);
        Policy mine =
                read.toBuilder().addBindings(binding("user:me@example.com")).build();
        set(key, mine);
        assertThatThrownBy(() -> set(key, mine)).isInstanceOf(AbortedException.class);
        assertThat(policy(key).getBindings(0).getMembersList()).containsExactly("user:me@example.com");
        assertThat(policy(ring).getBindingsList()).isEmpty();
    }

    @Test
    void encryptsASecretOnlyForTheAgentThatWasGrantedTheKey() {
        String key = key().getName();
        deniedKey(() -> secret(key.replace("/bundle", "/other")));
        deniedKey(() -> secret(key));
        String agent = agent();
        set(
                key,
                Policy.newBuilder()
                        .addBindings(binding("serviceAccount:" + agent))
                        .build());
        deniedKey(() -> secret(key));
        CLOCK.step(LATE);
        secret(key);
        SecretVersion version = add();
        assertThat(version.getReplicationStatus()
                        .getAutomatic()
                        .getCustomerManagedEncryption()
                        .getKmsKeyVersionName())
                .isEqualTo(key + "/cryptoKeyVersions/1");
        assertThat(clients.secrets
                        .accessSecretVersion(version.getName())
                        .getPayload()
                        .getData()
                        .toStringUtf8())
                .isEqualTo("x");

        update(key, CryptoKeyVersionState.DISABLED);
        notEnabled(() -> clients.secrets.accessSecretVersion(version.getName()));
        notEnabled(this::add);
        update(key, CryptoKeyVersionState.ENABLED);
        assertThat(clients.secrets.accessSecretVersion(version.getName()).getName())
                .isEqualTo(version.getName());

        clients.keys.destroyCryptoKeyVersion(key + "/cryptoKeyVersions/1");
        notEnabled(() -> clients.secrets.accessSecretVersion(version.getName()));
        assertThat(clients.keys
                        .restoreCryptoKeyVersion(key + "/cryptoKeyVersions/1")
                        .getState())
                .isEqualTo(CryptoKeyVersionState.DISABLED);
        assertThat(clients.keys.listCryptoKeyVersions(key).iterateAll())
                .extracting(CryptoKeyVersion::getState)
                .containsExactly(CryptoKeyVersionState.DISABLED);
    }

    @Test
    void heedsAGrantAndItsEndAfterAWhileAndNothingInBetween() {
        String key = key().getName();
        Binding agent = binding("serviceAccount:" + agent());
        set(key, Policy.newBuilder().addBindings(agent).build());
        CLOCK.step(LATE);
        secret(key);
        set(
                key,
                Policy.newBuilder()
                        .addBindings(agent.toBuilder().addMembers("user:me@example.com"))
                        .build());
        assertThat(add().getName()).endsWith("/versions/1");
        set(key, Policy.getDefaultInstance());
        assertThat(policy(key).getBindingsList()).isEmpty();
        assertThat(add().getName()).endsWith("/versions/2");
        CLOCK.step(LATE);
        deniedKey(this::add);
        set(ring, Policy.newBuilder().addBindings(agent).build());
        CLOCK.step(LATE);
        assertThat(add().getName()).endsWith("/versions/3");
    }

    @Test
    void knowsAnAgentOnlyOnceItsIdentityWasMade() {
        String key = key().getName();
        String other = "service-1@gcp-sa-secretmanager.iam.gserviceaccount.com";
        assertThatThrownBy(() -> set(
                        key,
                        Policy.newBuilder()
                                .addBindings(binding("serviceAccount:" + other))
                                .build()))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("Service account " + other + " does not exist.");
        assertThat(agent())
                .matches("service-\\d+@gcp-sa-secretmanager.iam.gserviceaccount.com")
                .isEqualTo(agent());
    }

    private CryptoKey key() {
        clients.keys.createKeyRing(LOCATION, id, KeyRing.getDefaultInstance());
        return clients.keys.createCryptoKey(ring, "bundle", HSM);
    }

    private static String agent() {
        HttpResponse<String> response = lab.call(
                "POST",
                "/v1beta1/projects/" + PROJECT + "/services/secretmanager.googleapis.com:generateServiceIdentity",
                cloud.token(),
                "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        var operation = Lab.json(response);
        assertThat(operation.path("done").asBoolean()).isTrue();
        return operation.path("response").path("email").asString();
    }

    private Secret secret(String key) {
        return clients.secrets.createSecret(
                "projects/" + PROJECT,
                id,
                Secret.newBuilder()
                        .setReplication(Replication.newBuilder()
                                .setAutomatic(Automatic.newBuilder()
                                        .setCustomerManagedEncryption(CustomerManagedEncryption.newBuilder()
                                                .setKmsKeyName(key))))
                        .build());
    }

    private SecretVersion add() {
        return clients.secrets.addSecretVersion(
                "projects/" + PROJECT + "/secrets/" + id,
                SecretPayload.newBuilder().setData(ByteString.copyFromUtf8("x")).build());
    }

    private static void update(String key, CryptoKeyVersionState state) {
        clients.keys.updateCryptoKeyVersion(
                CryptoKeyVersion.newBuilder()
                        .setName(key + "/cryptoKeyVersions/1")
                        .setState(state)
                        .build(),
                FieldMask.newBuilder().addPaths("state").build());
    }

    private static Policy policy(String resource) {
        return clients.keys.getIamPolicy(
                GetIamPolicyRequest.newBuilder().setResource(resource).build());
    }

    private static Policy set(String resource, Policy policy) {
        return clients.keys.setIamPolicy(SetIamPolicyRequest.newBuilder()
                .setResource(resource)
                .setPolicy(policy)
                .build());
    }

    private static Binding binding(String member) {
        return Binding.newBuilder().setRole(USER).addMembers(member).build();
    }

    private void refused(CryptoKey key, String naming) {
        assertThatThrownBy(() -> clients.keys.createCryptoKey(ring, "other", key))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining(naming);
    }

    private static void exists(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.getStatusCode().getTransportCode()).isEqualTo(409))
                .hasMessageContaining("already exists");
    }

    private static void deniedKey(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.getStatusCode().getTransportCode()).isEqualTo(400))
                .hasMessageContaining("cloudkms.cryptoKeyVersions.useToEncrypt");
    }

    private static void notEnabled(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ApiException.class).hasMessageContaining("is not enabled");
    }
}
