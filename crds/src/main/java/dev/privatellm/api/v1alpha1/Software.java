// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.Optional;

/**
 * What the machine installs, where that is not what this version ships.
 *
 * @param guest the guest's archive, kept by the user; empty = ours, in a private bucket of the user's project
 * @param engine the engine's archive; empty = the release that this version was tried with, from its publisher
 */
public record Software(Optional<Archive> guest, Optional<Archive> engine) {

    /**
     * An archive that a machine fetches.
     *
     * @param url HTTPS; one of Cloud Storage is fetched with the machine's own identity
     * @param sha256 of the archive, 64 lower-case hex digits
     */
    public record Archive(String url, String sha256) {}
}
