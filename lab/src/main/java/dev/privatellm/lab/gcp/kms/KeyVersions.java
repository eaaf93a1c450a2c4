// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.kms;

import com.google.cloud.kms.v1.CreateCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.DestroyCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.GetCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.ListCryptoKeyVersionsRequest;
import com.google.cloud.kms.v1.ListCryptoKeyVersionsResponse;
import com.google.cloud.kms.v1.RestoreCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.UpdateCryptoKeyPrimaryVersionRequest;
import com.google.cloud.kms.v1.UpdateCryptoKeyVersionRequest;
import com.google.protobuf.util.Timestamps;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The methods on versions of keys, whose states are those of https://cloud.google.com/kms/docs/key-states. Guarded by the service as a whole. */
final class KeyVersions {

    private static final Set<CryptoKeyVersionState> USABLE =
            Set.of(CryptoKeyVersionState.ENABLED, CryptoKeyVersionState.DISABLED);

    private final KeyManagement keys;

    KeyVersions(KeyManagement keys) {
        this.keys = keys;
    }

    void bind(RestService service) {
        service.on(
                        "KeyManagementService.GetCryptoKeyVersion",
                        GetCryptoKeyVersionRequest.getDefaultInstance(),
                        (_, request) -> change(request.getName(), version -> version))
                .on(
                        "KeyManagementService.ListCryptoKeyVersions",
                        ListCryptoKeyVersionsRequest.getDefaultInstance(),
                        (_, request) -> list(request))
                .on(
                        "KeyManagementService.CreateCryptoKeyVersion",
                        CreateCryptoKeyVersionRequest.getDefaultInstance(),
                        (_, request) -> {
                            synchronized (keys) {
                                return keys.key(KeyName.parse(request.getParent()))
                                        .add(keys.now());
                            }
                        })
                .on(
                        "KeyManagementService.UpdateCryptoKeyPrimaryVersion",
                        UpdateCryptoKeyPrimaryVersionRequest.getDefaultInstance(),
                        (_, request) -> {
                            KeyName name = KeyName.parse(
                                    request.getName() + "/cryptoKeyVersions/" + request.getCryptoKeyVersionId());
                            synchronized (keys) {
                                StoredKey key = keys.key(name);
                                key.primary(name.version());
                                return key.view();
                            }
                        })
                .on(
                        "KeyManagementService.UpdateCryptoKeyVersion",
                        UpdateCryptoKeyVersionRequest.getDefaultInstance(),
                        (_, request) -> update(request))
                .on(
                        "KeyManagementService.DestroyCryptoKeyVersion",
                        DestroyCryptoKeyVersionRequest.getDefaultInstance(),
                        (_, request) -> destroy(request.getName()))
                .on(
                        "KeyManagementService.RestoreCryptoKeyVersion",
                        RestoreCryptoKeyVersionRequest.getDefaultInstance(),
                        (_, request) -> change(request.getName(), version -> {
                            demand(version, Set.of(CryptoKeyVersionState.DESTROY_SCHEDULED));
                            return version.toBuilder()
                                    .setState(CryptoKeyVersionState.DISABLED)
                                    .clearDestroyTime()
                                    .build();
                        }));
    }

    private CryptoKeyVersion change(String resource, UnaryOperator<CryptoKeyVersion> edit) {
        KeyName name = KeyName.parse(resource);
        synchronized (keys) {
            StoredKey key = keys.key(name);
            CryptoKeyVersion changed = edit.apply(key.version(name.version()));
            key.replace(changed);
            return changed;
        }
    }

    private static void demand(CryptoKeyVersion version, Set<CryptoKeyVersionState> states) {
        if (!states.contains(version.getState())) {
            throw ApiError.failedPrecondition("%s is in state %s.".formatted(version.getName(), version.getState()));
        }
    }

    private CryptoKeyVersion update(UpdateCryptoKeyVersionRequest request) {
        CryptoKeyVersionState wanted = request.getCryptoKeyVersion().getState();
        if (!request.getUpdateMask().getPathsList().equals(List.of("state")) || !USABLE.contains(wanted)) {
            throw ApiError.invalid("Only the field state may be updated, to ENABLED or DISABLED.");
        }
        return change(request.getCryptoKeyVersion().getName(), version -> {
            demand(version, USABLE);
            return version.toBuilder().setState(wanted).build();
        });
    }

    private CryptoKeyVersion destroy(String resource) {
        return change(resource, version -> {
            demand(version, USABLE);
            var wait = keys.key(KeyName.parse(resource)).view().getDestroyScheduledDuration();
            return version.toBuilder()
                    .setState(CryptoKeyVersionState.DESTROY_SCHEDULED)
                    .setDestroyTime(Timestamps.add(keys.now(), wait))
                    .build();
        });
    }

    private ListCryptoKeyVersionsResponse list(ListCryptoKeyVersionsRequest request) {
        KeyManagement.checkUnfiltered(request.getFilter() + request.getOrderBy());
        synchronized (keys) {
            List<CryptoKeyVersion> all =
                    keys.key(KeyName.parse(request.getParent())).versions();
            return ListCryptoKeyVersionsResponse.newBuilder()
                    .addAllCryptoKeyVersions(all)
                    .setTotalSize(all.size())
                    .build();
        }
    }
}
