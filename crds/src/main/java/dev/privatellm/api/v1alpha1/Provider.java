// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/** In whose cloud the machine lives. */
public record Provider(Gcp gcp) {

    /**
     * Google Cloud.
     *
     * @param projectId the user's own project
     */
    public record Gcp(String projectId) {}
}
