// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.kms;

import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.protobuf.Timestamp;
import dev.privatellm.lab.gcp.iam.Grants;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.util.ArrayList;
import java.util.List;

/** A key with its versions and grants. Guarded by the service that keeps it. */
final class StoredKey {

    final Grants grants;
    private final CryptoKey view;

    /** Every version there ever was, oldest first; version n is at n − 1. */
    private final List<CryptoKeyVersion> versions = new ArrayList<>();

    /** Number of the version that encrypts; 0 for none. */
    private int primary;

    StoredKey(CryptoKey view, Grants grants) {
        this.view = view;
        this.grants = grants;
    }

    /** As the API shows it. */
    CryptoKey view() {
        return primary == 0
                ? view
                : view.toBuilder().setPrimary(versions.get(primary - 1)).build();
    }

    List<CryptoKeyVersion> versions() {
        return versions;
    }

    /** A new version, ENABLED; the first is the primary one. */
    CryptoKeyVersion add(Timestamp now) {
        CryptoKeyVersion version = CryptoKeyVersion.newBuilder()
                .setName(view.getName() + "/cryptoKeyVersions/" + (versions.size() + 1))
                .setState(CryptoKeyVersionState.ENABLED)
                .setProtectionLevel(view.getVersionTemplate().getProtectionLevel())
                .setAlgorithm(view.getVersionTemplate().getAlgorithm())
                .setCreateTime(now)
                .setGenerateTime(now)
                .build();
        versions.add(version);
        primary = Math.max(1, primary);
        return version;
    }

    /** @throws ApiError 404 if there is none */
    CryptoKeyVersion version(String number) {
        int n = Integer.parseInt(number);
        if (n < 1 || n > versions.size()) {
            throw ApiError.of(
                    404,
                    "notFound",
                    "CryptoKeyVersion %s/cryptoKeyVersions/%s not found.".formatted(view.getName(), n));
        }
        return versions.get(n - 1);
    }

    void replace(CryptoKeyVersion version) {
        versions.replaceAll(old -> old.getName().equals(version.getName()) ? version : old);
    }
}
