// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/** In whose cloud the machine lives. */
public record Provider(Gcp gcp) {

    /**
     * Google Cloud.
     *
     * @param projectId the user's own project
     * @param serviceAccount whom the machine acts as, by e-mail address or {@code default}, the project's default account of Compute Engine; one that may do
     *     nothing but read this resource's secret is all that it needs
     */
    public record Gcp(String projectId, String serviceAccount) {}
}
