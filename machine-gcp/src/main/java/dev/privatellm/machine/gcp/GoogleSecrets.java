// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.secretmanager.v1.AccessSecretVersionRequest;
import com.google.cloud.secretmanager.v1.AddSecretVersionRequest;
import com.google.cloud.secretmanager.v1.CreateSecretRequest;
import com.google.cloud.secretmanager.v1.CustomerManagedEncryption;
import com.google.cloud.secretmanager.v1.CustomerManagedEncryptionStatus;
import com.google.cloud.secretmanager.v1.DeleteSecretRequest;
import com.google.cloud.secretmanager.v1.DestroySecretVersionRequest;
import com.google.cloud.secretmanager.v1.GetSecretRequest;
import com.google.cloud.secretmanager.v1.GetSecretVersionRequest;
import com.google.cloud.secretmanager.v1.ListSecretVersionsRequest;
import com.google.cloud.secretmanager.v1.ListSecretVersionsResponse;
import com.google.cloud.secretmanager.v1.ListSecretsRequest;
import com.google.cloud.secretmanager.v1.ListSecretsResponse;
import com.google.cloud.secretmanager.v1.Replication;
import com.google.cloud.secretmanager.v1.ReplicationStatus;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.cloud.secretmanager.v1.SecretVersion.State;
import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.SecretStore;
import dev.privatellm.machine.cloud.SecretVersion;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * {@link SecretStore} on <a href="https://cloud.google.com/secret-manager/docs/reference/rest">Secret Manager</a>. Payloads travel with their CRC32C in both
 * directions and are neither logged nor part of any message.
 */
final class GoogleSecrets implements SecretStore {
    private static final String OWNER_LABEL = "pllm-owner";

    /** Reads versions and nothing else: <a href="https://cloud.google.com/secret-manager/docs/access-control">roles</a>. */
    private static final String ACCESSOR = "roles/secretmanager.secretAccessor";

    private final GoogleClients clients;
    private final String project;
    private final Policies policies;

    GoogleSecrets(GoogleClients clients, String project) {
        this.clients = clients;
        this.project = "projects/" + project;
        this.policies = new Policies(
                request -> clients.secrets().getIamPolicy(request),
                request -> clients.secrets().setIamPolicy(request));
    }

    @Override
    public void ensure(String name, Map<String, String> labels, Optional<CryptoKey> key) {
        Secret secret = find(name).orElseGet(() -> createOrFind(name, labels, key));
        String owner = labels.getOrDefault(OWNER_LABEL, "");
        String actual = secret.getLabelsOrDefault(OWNER_LABEL, "");
        if (!actual.equals(owner)) {
            String message = "secret %s belongs to %s (expected: %s)"
                    .formatted(name, actual.isEmpty() ? "nobody" : actual, owner);
            throw new CloudFailure.Conflict("SECRET_OWNED_BY_OTHER", message, new IllegalStateException(OWNER_LABEL));
        }
    }

    private Secret createOrFind(String name, Map<String, String> labels, Optional<CryptoKey> key) {
        Replication.Automatic.Builder everywhere = Replication.Automatic.newBuilder();
        key.ifPresent(k -> everywhere.setCustomerManagedEncryption(
                CustomerManagedEncryption.newBuilder().setKmsKeyName(GoogleKeys.resource(project, k))));
        CreateSecretRequest request = CreateSecretRequest.newBuilder()
                .setParent(project)
                .setSecretId(name)
                .setSecret(Secret.newBuilder()
                        .setReplication(Replication.newBuilder().setAutomatic(everywhere))
                        .putAllLabels(labels))
                .build();
        try {
            return GoogleErrors.calling(() -> clients.secrets().createSecret(request));
        } catch (CloudFailure.AlreadyExists e) {
            return find(name).orElseThrow(() -> e);
        }
    }

    private Optional<Secret> find(String name) {
        GetSecretRequest request =
                GetSecretRequest.newBuilder().setName(secret(name)).build();
        try {
            return Optional.of(GoogleErrors.calling(() -> clients.secrets().getSecret(request)));
        } catch (CloudFailure.NotFound e) {
            return Optional.empty();
        }
    }

    /** Of every secret: one whose key was exchanged for another keeps versions that were sealed with the former. */
    @Override
    public Set<String> keyVersions(CryptoKey key) {
        String prefix = GoogleKeys.resource(project, key) + "/";
        ListSecretsRequest request =
                ListSecretsRequest.newBuilder().setParent(project).build();
        return Pages.all(
                        () -> clients.secrets().listSecretsCallable(),
                        request,
                        (first, token) -> first.toBuilder().setPageToken(token).build(),
                        UnaryOperator.identity(),
                        ListSecretsResponse::getNextPageToken)
                .stream()
                .flatMap(page -> page.getSecretsList().stream())
                .flatMap(secret -> listed(secret.getName()))
                .filter(version -> version.getState() != State.DESTROYED)
                .flatMap(version -> keyVersions(version.getReplicationStatus()))
                .filter(name -> name.startsWith(prefix))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<String> keyVersions(ReplicationStatus status) {
        Stream<CustomerManagedEncryptionStatus> seals = status.hasAutomatic()
                ? Stream.of(status.getAutomatic().getCustomerManagedEncryption())
                : status.getUserManaged().getReplicasList().stream()
                        .map(replica -> replica.getCustomerManagedEncryption());
        return seals.map(CustomerManagedEncryptionStatus::getKmsKeyVersionName);
    }

    @Override
    public Optional<String> owner(String name) {
        return find(name).map(secret -> secret.getLabelsOrDefault(OWNER_LABEL, ""));
    }

    @Override
    public boolean admits(String name, String serviceAccountEmail) {
        try {
            return policies.grants(secret(name), ACCESSOR, member(serviceAccountEmail)::equals);
        } catch (CloudFailure.NotFound e) {
            return false;
        }
    }

    @Override
    public void admit(String name, String serviceAccountEmail) {
        policies.grant(secret(name), ACCESSOR, member(serviceAccountEmail));
    }

    /** A removed account is another member to the cloud, {@code deleted:serviceAccount:…}, even if one of its name is made again. */
    private static String member(String serviceAccountEmail) {
        return "serviceAccount:" + serviceAccountEmail;
    }

    @Override
    public void delete(String name) {
        DeleteSecretRequest request =
                DeleteSecretRequest.newBuilder().setName(secret(name)).build();
        GoogleErrors.calling(() -> clients.secrets().deleteSecretCallable().call(request));
    }

    @Override
    public SecretVersion addVersion(String secret, byte[] payload) {
        AddSecretVersionRequest request = AddSecretVersionRequest.newBuilder()
                .setParent(secret(secret))
                .setPayload(SecretPayload.newBuilder()
                        .setData(ByteString.copyFrom(payload))
                        .setDataCrc32C(crc32c(payload)))
                .build();
        return version(GoogleErrors.calling(() -> clients.secrets().addSecretVersion(request)));
    }

    @Override
    public List<SecretVersion> versions(String secret) {
        return listed(secret(secret))
                .map(GoogleSecrets::version)
                .sorted(Comparator.comparingLong(SecretVersion::number).reversed())
                .toList();
    }

    /** The versions of a secret by its full name; none if it is gone meanwhile. */
    private Stream<com.google.cloud.secretmanager.v1.SecretVersion> listed(String secret) {
        ListSecretVersionsRequest request =
                ListSecretVersionsRequest.newBuilder().setParent(secret).build();
        try {
            return Pages.all(
                            () -> clients.secrets().listSecretVersionsCallable(),
                            request,
                            (first, token) ->
                                    first.toBuilder().setPageToken(token).build(),
                            UnaryOperator.identity(),
                            ListSecretVersionsResponse::getNextPageToken)
                    .stream()
                    .flatMap(page -> page.getVersionsList().stream());
        } catch (CloudFailure.NotFound e) {
            return Stream.empty();
        }
    }

    @Override
    public byte[] access(SecretVersion version) {
        AccessSecretVersionRequest request =
                AccessSecretVersionRequest.newBuilder().setName(version.name()).build();
        SecretPayload payload = orAbsent(
                version,
                () -> GoogleErrors.calling(() -> clients.secrets().accessSecretVersion(request))
                        .getPayload());
        byte[] data = payload.getData().toByteArray();
        if (!payload.hasDataCrc32C() || payload.getDataCrc32C() != crc32c(data)) {
            String message = "%s: the payload does not have the checksum that came with it".formatted(version.name());
            throw new CloudFailure.Unavailable(
                    "DATA_CORRUPTED", message, Optional.empty(), new IllegalStateException("CRC32C"));
        }
        return data;
    }

    @Override
    public void destroy(SecretVersion version) {
        DestroySecretVersionRequest request =
                DestroySecretVersionRequest.newBuilder().setName(version.name()).build();
        try {
            GoogleErrors.calling(() -> clients.secrets().destroySecretVersion(request));
        } catch (CloudFailure.InvalidRequest e) {
            if (!isDestroyed(version)) {
                throw e;
            }
        }
    }

    private interface Read<T> {
        T read();
    }

    /** A version without content answers "failed precondition", as do other mishaps: which one it was is asked. */
    private <T> T orAbsent(SecretVersion version, Read<T> read) {
        try {
            return read.read();
        } catch (CloudFailure.InvalidRequest e) {
            if (isDestroyed(version)) {
                throw new CloudFailure.NotFound(e.code(), version.name() + " is destroyed", e);
            }
            throw e;
        }
    }

    private boolean isDestroyed(SecretVersion version) {
        GetSecretVersionRequest request =
                GetSecretVersionRequest.newBuilder().setName(version.name()).build();
        return version(GoogleErrors.calling(() -> clients.secrets().getSecretVersion(request)))
                        .state()
                == SecretVersion.State.DESTROYED;
    }

    private String secret(String name) {
        return project + "/secrets/" + name;
    }

    private static SecretVersion version(com.google.cloud.secretmanager.v1.SecretVersion version) {
        SecretVersion.State state = switch (version.getState()) {
            case ENABLED -> SecretVersion.State.ENABLED;
            case DESTROYED -> SecretVersion.State.DESTROYED;
            case DISABLED, STATE_UNSPECIFIED, UNRECOGNIZED -> SecretVersion.State.DISABLED;
        };
        return new SecretVersion(
                version.getName(),
                Long.parseLong(InstanceTranslation.lastSegment(version.getName())),
                state,
                Instant.ofEpochMilli(Timestamps.toMillis(version.getCreateTime())));
    }

    private static long crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return crc.getValue();
    }
}
