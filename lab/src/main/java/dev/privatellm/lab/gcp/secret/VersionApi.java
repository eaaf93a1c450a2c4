// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.secret;

import com.google.cloud.secretmanager.v1.AccessSecretVersionRequest;
import com.google.cloud.secretmanager.v1.AccessSecretVersionResponse;
import com.google.cloud.secretmanager.v1.AddSecretVersionRequest;
import com.google.cloud.secretmanager.v1.CustomerManagedEncryptionStatus;
import com.google.cloud.secretmanager.v1.DestroySecretVersionRequest;
import com.google.cloud.secretmanager.v1.DisableSecretVersionRequest;
import com.google.cloud.secretmanager.v1.EnableSecretVersionRequest;
import com.google.cloud.secretmanager.v1.GetSecretVersionRequest;
import com.google.cloud.secretmanager.v1.ListSecretVersionsRequest;
import com.google.cloud.secretmanager.v1.ListSecretVersionsResponse;
import com.google.cloud.secretmanager.v1.ReplicationStatus;
import com.google.cloud.secretmanager.v1.ReplicationStatus.AutomaticStatus;
import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.cloud.secretmanager.v1.SecretVersion;
import com.google.cloud.secretmanager.v1.SecretVersion.State;
import com.google.protobuf.ByteString;
import dev.privatellm.lab.gcp.Lags;
import dev.privatellm.lab.gcp.iam.ServiceIdentities;
import dev.privatellm.lab.gcp.kms.KeyManagement;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.zip.CRC32C;

/** The methods on versions of secrets. Guarded by the manager. */
final class VersionApi {

    private static final int PAGE = 25_000;

    private final SecretManager manager;
    private final KeyManagement keys;
    private final Clock clock;
    private final Lags lags;

    VersionApi(SecretManager manager, KeyManagement keys, Clock clock, Lags lags) {
        this.manager = manager;
        this.keys = keys;
        this.clock = clock;
        this.lags = lags;
    }

    void bind(RestService service) {
        service.on("SecretManagerService.AddSecretVersion", AddSecretVersionRequest.getDefaultInstance(), this::add)
                .on(
                        "SecretManagerService.GetSecretVersion",
                        GetSecretVersionRequest.getDefaultInstance(),
                        (_, request) -> {
                            synchronized (manager) {
                                return version(request.getName()).view();
                            }
                        })
                .on(
                        "SecretManagerService.AccessSecretVersion",
                        AccessSecretVersionRequest.getDefaultInstance(),
                        this::access)
                .on(
                        "SecretManagerService.ListSecretVersions",
                        ListSecretVersionsRequest.getDefaultInstance(),
                        (_, request) -> list(request))
                .on(
                        "SecretManagerService.DestroySecretVersion",
                        DestroySecretVersionRequest.getDefaultInstance(),
                        (_, request) -> change(request.getName(), request.getEtag(), State.DESTROYED))
                .on(
                        "SecretManagerService.DisableSecretVersion",
                        DisableSecretVersionRequest.getDefaultInstance(),
                        (_, request) -> change(request.getName(), request.getEtag(), State.DISABLED))
                .on(
                        "SecretManagerService.EnableSecretVersion",
                        EnableSecretVersionRequest.getDefaultInstance(),
                        (_, request) -> change(request.getName(), request.getEtag(), State.ENABLED));
    }

    private StoredVersion version(String name) {
        Resource resource = Resource.parse(name);
        return manager.find(resource).version(resource.version(), lags, clock.instant());
    }

    private SecretVersion add(Caller caller, AddSecretVersionRequest request) {
        ByteString data = request.getPayload().getData();
        StoredVersion.check(data);
        boolean checked = request.getPayload().hasDataCrc32C();
        if (checked && request.getPayload().getDataCrc32C() != crc(data)) {
            throw ApiError.invalid("The checksum of the payload does not match its data.");
        }
        synchronized (manager) {
            StoredSecret secret = manager.find(Resource.parse(request.getParent()));
            Instant now = clock.instant();
            long number = secret.versions.size() + 1L;
            SecretVersion view = SecretVersion.newBuilder()
                    .setName(secret.view.getName() + "/versions/" + number)
                    .setCreateTime(Times.of(now))
                    .setState(State.ENABLED)
                    .setReplicationStatus(ReplicationStatus.newBuilder().setAutomatic(encryption(secret)))
                    .setEtag(manager.newEtag())
                    .setClientSpecifiedPayloadChecksum(checked)
                    .build();
            secret.versions.add(new StoredVersion(number, view, data, now));
            return view;
        }
    }

    /** What encrypts a new version; a key that cannot be used refuses it. */
    private AutomaticStatus encryption(StoredSecret secret) {
        String key = secret.view
                .getReplication()
                .getAutomatic()
                .getCustomerManagedEncryption()
                .getKmsKeyName();
        return key.isEmpty()
                ? AutomaticStatus.getDefaultInstance()
                : AutomaticStatus.newBuilder()
                        .setCustomerManagedEncryption(CustomerManagedEncryptionStatus.newBuilder()
                                .setKmsKeyVersionName(keys.encrypting(key, agent(secret))))
                        .build();
    }

    /** Refuses a version whose key cannot be used any more. */
    private void checkDecrypted(String name, StoredVersion version) {
        String key = version.view()
                .getReplicationStatus()
                .getAutomatic()
                .getCustomerManagedEncryption()
                .getKmsKeyVersionName();
        if (!key.isEmpty()) {
            keys.checkDecrypting(key, agent(manager.find(Resource.parse(name))));
        }
    }

    private static String agent(StoredSecret secret) {
        return ServiceIdentities.secretManager(
                Resource.parse(secret.view.getName()).project());
    }

    private AccessSecretVersionResponse access(Caller caller, AccessSecretVersionRequest request) {
        synchronized (manager) {
            manager.checkAccess(caller, request);
            StoredVersion version = version(request.getName());
            version.checkReadable();
            checkDecrypted(request.getName(), version);
            return AccessSecretVersionResponse.newBuilder()
                    .setName(version.view().getName())
                    .setPayload(SecretPayload.newBuilder()
                            .setData(version.payload())
                            .setDataCrc32C(crc(version.payload())))
                    .build();
        }
    }

    /** Newest first. */
    private ListSecretVersionsResponse list(ListSecretVersionsRequest request) {
        synchronized (manager) {
            Instant now = clock.instant();
            StoredSecret secret = manager.find(Resource.parse(request.getParent()));
            List<SecretVersion> all = secret.versions.reversed().stream()
                    .filter(version -> !version.created().plus(lags.lists()).isAfter(now))
                    .map(StoredVersion::view)
                    .filter(filter(request.getFilter()))
                    .toList();
            int from = request.getPageToken().matches("\\d{1,9}")
                    ? Math.min(all.size(), Integer.parseInt(request.getPageToken()))
                    : 0;
            int size = request.getPageSize() <= 0 ? PAGE : Math.min(PAGE, request.getPageSize());
            int to = Math.min(all.size(), from + size);
            return ListSecretVersionsResponse.newBuilder()
                    .addAllVersions(all.subList(from, to))
                    .setTotalSize(all.size())
                    .setNextPageToken(to < all.size() ? String.valueOf(to) : "")
                    .build();
        }
    }

    private static java.util.function.Predicate<SecretVersion> filter(String text) {
        if (text.isEmpty()) {
            return _ -> true;
        }
        if (!text.matches("state[:=](ENABLED|DISABLED|DESTROYED)")) {
            throw ApiError.of(501, "notImplemented", "This filter is not implemented here: " + text);
        }
        State wanted = State.valueOf(text.substring("state:".length()));
        return version -> version.getState() == wanted;
    }

    private SecretVersion change(String name, String etag, State state) {
        synchronized (manager) {
            StoredVersion version = version(name);
            SecretManager.checkEtag(
                    etag, version.view().getEtag(), version.view().getName());
            version.checkAlive();
            SecretVersion.Builder view =
                    version.view().toBuilder().setState(state).setEtag(manager.newEtag());
            if (state == State.DESTROYED) {
                view.setDestroyTime(Times.of(clock.instant()));
            }
            StoredVersion changed = version.with(view);
            manager.find(Resource.parse(name)).replace(changed);
            return changed.view();
        }
    }

    private static long crc(ByteString data) {
        CRC32C crc = new CRC32C();
        crc.update(data.toByteArray());
        return crc.getValue();
    }
}
