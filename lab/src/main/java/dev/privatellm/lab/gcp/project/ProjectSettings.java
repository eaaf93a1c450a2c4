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
 * @param exists whether the operator may know of it; that it does not exist looks the same
 * @param granted the only permissions that the operator has; empty: all
 * @param denied permissions that the operator lacks, whatever was granted
 * @param sharedVpcHost the project whose networks it may use
 * @param rates calls a minute by group, such as {@code compute.googleapis.com/read_requests}, as documented where it is not named; empty: as many as anybody likes
 */
public record ProjectSettings(
        String project,
        Map<String, Integer> quotas,
        boolean billing,
        boolean externalAddresses,
        boolean exists,
        Optional<Set<String>> granted,
        Set<String> denied,
        Optional<String> sharedVpcHost,
        Optional<Map<String, Integer>> rates) {

    public ProjectSettings {
        quotas = Map.copyOf(quotas);
        granted = granted.map(Set::copyOf);
        denied = Set.copyOf(denied);
        rates = rates.map(Map::copyOf);
    }

    /** Whether the operator has a permission. */
    boolean allows(String permission) {
        return granted.map(only -> only.contains(permission)).orElse(true) && !denied.contains(permission);
    }

    static ProjectSettings usual(String project) {
        return new ProjectSettings(
                project, Map.of(), true, true, true, Optional.empty(), Set.of(), Optional.empty(), Optional.empty());
    }

    @JsonCreator
    static ProjectSettings of(
            @JsonProperty(value = "project", required = true) String project,
            @JsonProperty("quotas") @Nullable Map<String, Integer> quotas,
            @JsonProperty("billing") @Nullable Boolean billing,
            @JsonProperty("externalAddresses") @Nullable Boolean externalAddresses,
            @JsonProperty("exists") @Nullable Boolean exists,
            @JsonProperty("granted") @Nullable Set<String> granted,
            @JsonProperty("denied") @Nullable Set<String> denied,
            @JsonProperty("sharedVpcHost") @Nullable String sharedVpcHost,
            @JsonProperty("rates") @Nullable Map<String, Integer> rates) {
        return new ProjectSettings(
                project,
                Objects.requireNonNullElse(quotas, Map.of()),
                Objects.requireNonNullElse(billing, true),
                Objects.requireNonNullElse(externalAddresses, true),
                Objects.requireNonNullElse(exists, true),
                Optional.ofNullable(granted),
                Objects.requireNonNullElse(denied, Set.of()),
                Optional.ofNullable(sharedVpcHost),
                Optional.ofNullable(rates));
    }
}
