// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.Optional;

/** In whose cloud the machine lives. */
public record Provider(Gcp gcp) {

    /**
     * Google Cloud.
     *
     * @param projectId the user's own project
     * @param serviceAccount whom the machine acts as, by e-mail address or {@code default}, the project's default account of Compute Engine; empty = an
     *     account that is made for this resource and may do nothing but read its secret
     */
    public record Gcp(String projectId, Optional<String> serviceAccount) {}
}
