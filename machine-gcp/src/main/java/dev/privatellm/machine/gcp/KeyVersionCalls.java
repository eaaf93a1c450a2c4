// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.kms.v1.CreateCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.DestroyCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.GetCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.ListCryptoKeyVersionsRequest;
import com.google.cloud.kms.v1.ListCryptoKeyVersionsResponse;
import com.google.cloud.kms.v1.UpdateCryptoKeyPrimaryVersionRequest;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.KeyVersion;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Versions of keys and <a href="https://cloud.google.com/kms/docs/key-states">their states</a>. Those that are on their way to be destroyed cost nothing and may still be restored. */
final class KeyVersionCalls {
    private static final Set<CryptoKeyVersionState> KEPT =
            Set.of(CryptoKeyVersionState.ENABLED, CryptoKeyVersionState.DISABLED);

    private final GoogleClients clients;

    KeyVersionCalls(GoogleClients clients) {
        this.clients = clients;
    }

    /** Whether a key as it was read has a primary version that encrypts; one that is disabled is a failure. */
    static boolean encrypts(CryptoKey key) {
        CryptoKeyVersion primary = key.getPrimary();
        if (key.hasPrimary() && primary.getState() == CryptoKeyVersionState.DISABLED) {
            throw new CloudFailure.KeyDisabled(
                    "KEY_DISABLED", primary.getName() + " is disabled", new IllegalStateException(primary.getName()));
        }
        return key.hasPrimary() && primary.getState() == CryptoKeyVersionState.ENABLED;
    }

    /** Makes a version and has it encrypt from now on: <a href="https://cloud.google.com/kms/docs/key-rotation">it does not by itself</a>. */
    void addPrimary(String key) {
        CryptoKeyVersion version = GoogleErrors.calling(() -> clients.keys()
                .createCryptoKeyVersion(CreateCryptoKeyVersionRequest.newBuilder()
                        .setParent(key)
                        .build()));
        GoogleErrors.calling(() -> clients.keys()
                .updateCryptoKeyPrimaryVersion(UpdateCryptoKeyPrimaryVersionRequest.newBuilder()
                        .setName(key)
                        .setCryptoKeyVersionId(InstanceTranslation.lastSegment(version.getName()))
                        .build()));
    }

    List<KeyVersion> kept(CryptoKey key) {
        ListCryptoKeyVersionsRequest request = ListCryptoKeyVersionsRequest.newBuilder()
                .setParent(key.getName())
                .build();
        return Pages.all(
                        () -> clients.keys().listCryptoKeyVersionsCallable(),
                        request,
                        (first, token) -> first.toBuilder().setPageToken(token).build(),
                        UnaryOperator.identity(),
                        ListCryptoKeyVersionsResponse::getNextPageToken)
                .stream()
                .flatMap(page -> page.getCryptoKeyVersionsList().stream())
                .filter(version -> KEPT.contains(version.getState()))
                .map(version -> new KeyVersion(
                        version.getName(),
                        version.getName().equals(key.getPrimary().getName())))
                .toList();
    }

    void destroy(String version) {
        DestroyCryptoKeyVersionRequest request =
                DestroyCryptoKeyVersionRequest.newBuilder().setName(version).build();
        try {
            GoogleErrors.calling(() -> clients.keys().destroyCryptoKeyVersion(request));
        } catch (CloudFailure.InvalidRequest e) {
            if (KEPT.contains(state(version))) {
                throw e;
            }
        }
    }

    private CryptoKeyVersionState state(String version) {
        GetCryptoKeyVersionRequest request =
                GetCryptoKeyVersionRequest.newBuilder().setName(version).build();
        return GoogleErrors.calling(() -> clients.keys().getCryptoKeyVersion(request))
                .getState();
    }
}
