// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.secret;

import com.google.cloud.secretmanager.v1.Secret;
import dev.privatellm.lab.gcp.Lags;
import dev.privatellm.lab.gcp.iam.Grants;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A secret with its versions and grants. Guarded by the manager that holds it. */
final class StoredSecret {

    final Instant created;

    /** Every version there ever was, oldest first; version n is at n − 1. */
    final List<StoredVersion> versions = new ArrayList<>();

    Secret view;
    final Grants grants;

    StoredSecret(Secret view, Instant created, Grants grants) {
        this.view = view;
        this.created = created;
        this.grants = grants;
    }

    /**
     * A version by number, consistent at once, or by {@code latest}, which stays behind.
     *
     * @throws ApiError 404 if there is none
     */
    StoredVersion version(String word, Lags lags, Instant now) {
        Optional<StoredVersion> found = word.equals("latest")
                ? versions.reversed().stream()
                        .filter(version ->
                                !version.created().plus(lags.latest()).isAfter(now))
                        .findFirst()
                : versions.stream()
                        .filter(version -> String.valueOf(version.number()).equals(word))
                        .findFirst();
        return found.orElseThrow(() -> ApiError.of(
                404,
                "notFound",
                "Secret Version [%s/versions/%s] not found or has no versions.".formatted(view.getName(), word)));
    }

    void replace(StoredVersion version) {
        versions.set((int) version.number() - 1, version);
    }
}
