// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which project is worked on, where its cloud answers and as whom.
 *
 * @param projectId the project's id (not its number)
 * @param endpoint another address for all services, for rehearsal; plain HTTP is accepted to loopback only. Empty: Google's own addresses
 * @param credentialsFile whom to act as, any kind of file that Google's tools write. Required with an {@code endpoint}, and then it has to be a
 *     service-account key whose {@code token_uri} lies on that endpoint, so that a rehearsal can never present real credentials, nor its own to the real
 *     cloud. Empty: application default credentials
 * @param networkProjectId the project that shares its network with this one
 *     (<a href="https://cloud.google.com/vpc/docs/shared-vpc">Shared VPC</a>), and has its firewall rules; empty: this one
 */
public record GoogleCloudSettings(
        String projectId, Optional<URI> endpoint, Optional<Path> credentialsFile, Optional<String> networkProjectId) {
    /** Form of a project id, optionally prefixed by a domain: <a href="https://cloud.google.com/resource-manager/docs/creating-managing-projects">creating projects</a>. */
    private static final Pattern PROJECT = Pattern.compile("([a-z0-9.-]+:)?[a-z][-a-z0-9]{4,28}[a-z0-9]");

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[?::1]?");

    public GoogleCloudSettings {
        requireProject("projectId", projectId);
        networkProjectId.ifPresent(host -> requireProject("networkProjectId", host));
        endpoint.ifPresent(GoogleCloudSettings::requireSafe);
    }

    /** A project with networks of its own. */
    public GoogleCloudSettings(String projectId, Optional<URI> endpoint, Optional<Path> credentialsFile) {
        this(projectId, endpoint, credentialsFile, Optional.empty());
    }

    private static void requireProject(String name, String id) {
        if (!PROJECT.matcher(id).matches()) {
            throw new IllegalArgumentException("%s: %s (expected: 6 to 30 of a-z, 0-9, -)".formatted(name, id));
        }
    }

    /** Whose networks machines are in. */
    String networkProject() {
        return networkProjectId.orElse(projectId);
    }

    private static void requireSafe(URI endpoint) {
        if (endpoint.getScheme() == null || endpoint.getHost() == null || !isBare(endpoint)) {
            throw new IllegalArgumentException(
                    "endpoint: %s (expected: scheme, host and port only)".formatted(endpoint));
        }
        boolean loopback =
                LOOPBACK.matcher(endpoint.getHost().toLowerCase(Locale.ROOT)).matches();
        boolean clear = endpoint.getScheme().equals("http");
        if (!endpoint.getScheme().equals("https") && !(clear && loopback)) {
            throw new IllegalArgumentException(
                    "endpoint: %s (expected: https, or http to a loopback address)".formatted(endpoint));
        }
    }

    private static boolean isBare(URI endpoint) {
        return endpoint.getRawQuery() == null
                && endpoint.getRawFragment() == null
                && endpoint.getRawUserInfo() == null
                && (endpoint.getRawPath().isEmpty() || endpoint.getRawPath().equals("/"));
    }
}
