// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.project;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one project is set up.
 *
 * @param project its id
 * @param quotas limits that differ from the usual ones: {@code GPUS_ALL_REGIONS} of the project, {@code us-central1/NVIDIA_L4_GPUS} of a region
 * @param billing whether it is linked to an open billing account
 * @param externalAddresses whether its organisation's policy admits external addresses
 * @param denied permissions that the operator lacks
 * @param sharedVpcHost the project whose networks it may use
 */
public record ProjectSettings(
        String project,
        Map<String, Integer> quotas,
        boolean billing,
        boolean externalAddresses,
        Set<String> denied,
        Optional<String> sharedVpcHost) {

    public ProjectSettings {
        quotas = Map.copyOf(quotas);
        denied = Set.copyOf(denied);
    }

    static ProjectSettings usual(String project) {
        return new ProjectSettings(project, Map.of(), true, true, Set.of(), Optional.empty());
    }

    @JsonCreator
    static ProjectSettings of(
            @JsonProperty(value = "project", required = true) String project,
            @JsonProperty("quotas") @Nullable Map<String, Integer> quotas,
            @JsonProperty("billing") @Nullable Boolean billing,
            @JsonProperty("externalAddresses") @Nullable Boolean externalAddresses,
            @JsonProperty("denied") @Nullable Set<String> denied,
            @JsonProperty("sharedVpcHost") @Nullable String sharedVpcHost) {
        return new ProjectSettings(
                project,
                Objects.requireNonNullElse(quotas, Map.of()),
                Objects.requireNonNullElse(billing, true),
                Objects.requireNonNullElse(externalAddresses, true),
                Objects.requireNonNullElse(denied, Set.of()),
                Optional.ofNullable(sharedVpcHost));
    }
}
