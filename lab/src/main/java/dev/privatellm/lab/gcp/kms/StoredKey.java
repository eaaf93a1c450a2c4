// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.kms;

import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.privatellm.lab.gcp.iam.Grants;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.util.ArrayList;
import java.util.List;

/** A key with its versions and grants. Guarded by the service that keeps it. */
final class StoredKey {

    final Grants grants;
    private CryptoKey view;

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

    /** Replaces all but its versions. */
    void change(CryptoKey changed) {
        view = changed;
    }

    /** Makes the version of that number the one that encrypts. */
    void primary(String number) {
        if (version(number).getState() != CryptoKeyVersionState.ENABLED) {
            throw ApiError.failedPrecondition("%s is in state %s."
                    .formatted(version(number).getName(), version(number).getState()));
        }
        primary = Integer.parseInt(number);
    }

    /** A new primary version, if it is time for one: https://cloud.google.com/kms/docs/key-rotation, "Automatic rotation". */
    void rotate(Timestamp now) {
        if (!view.hasRotationPeriod() || Timestamps.compare(view.getNextRotationTime(), now) > 0) {
            return;
        }
        add(now);
        primary = versions.size();
        Timestamp next = Timestamps.add(view.getNextRotationTime(), view.getRotationPeriod());
        view = view.toBuilder()
                .setNextRotationTime(
                        Timestamps.compare(next, now) > 0 ? next : Timestamps.add(now, view.getRotationPeriod()))
                .build();
    }

    /** A new version, ENABLED; it encrypts nothing until it is made the primary one. */
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
