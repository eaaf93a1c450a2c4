// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * One statement about a resource, in the form that Kubernetes tools understand.
 *
 * @param type adjective: {@code Ready}, {@code Serving}
 * @param reason one CamelCase word
 * @param message what, where, code, next try, page
 * @param lastTransitionTime when {@code status} last changed; a new message alone does not move it
 */
public record Condition(String type, Status status, String reason, String message, Instant lastTransitionTime) {

    /** Written with the words of Kubernetes. */
    public enum Status {
        @JsonProperty("True")
        TRUE,
        @JsonProperty("False")
        FALSE,
        @JsonProperty("Unknown")
        UNKNOWN
    }
}
