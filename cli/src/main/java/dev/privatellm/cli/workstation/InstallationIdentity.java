// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.privatellm.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who this installation is, and which cloud its state speaks of. Made once; state of one endpoint or project is never used against another, where the same
 * names would mean other machines.
 *
 * @param cluster id of the installation, random
 * @param endpoint the cloud's address, {@code google} for the real one
 * @param project project in it
 * @param demo whether the state is a demo's, which the next demo may throw away
 * @param writtenAnew whether earlier state was lost, so that this may not know of everything that the installation has made
 */
@JsonPropertyOrder({"schema", "cluster", "endpoint", "project", "demo", "writtenAnew"})
record InstallationIdentity(
        int schema, String cluster, String endpoint, String project, boolean demo, boolean writtenAnew) {
    private static final int SCHEMA = 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** A new one, kept nowhere yet. */
    static InstallationIdentity random(String endpoint, String project, boolean demo) {
        return new InstallationIdentity(SCHEMA, UUID.randomUUID().toString(), endpoint, project, demo, false);
    }

    /** The one of an installation that was lost; kept nowhere yet. */
    static InstallationIdentity again(String cluster, String endpoint, String project) {
        return new InstallationIdentity(SCHEMA, cluster, endpoint, project, false, true);
    }

    /** The one that is kept in a file; empty if none is. */
    static Optional<InstallationIdentity> find(Path file) throws IOException {
        Optional<byte[]> content = DurableFile.read(file);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(content.get(), InstallationIdentity.class));
        } catch (JacksonException e) {
            throw new IOException(file + " is damaged", e);
        }
    }

    /**
     * Reads the identity; where there is none the new one is kept.
     *
     * @param wanted a new identity, of the cloud that is meant
     * @param beforeItIsKept fails if the new one had better not begin; then nothing is kept
     * @throws WorkstationFailure if the state belongs to another endpoint or project
     */
    static InstallationIdentity establish(Path file, InstallationIdentity wanted, Runnable beforeItIsKept)
            throws IOException {
        Optional<InstallationIdentity> kept = kept(file, wanted);
        if (kept.isEmpty()) {
            beforeItIsKept.run();
            DurableFile.write(file, JSON.writeValueAsBytes(wanted));
        }
        return kept.orElse(wanted);
    }

    /**
     * The one that is kept, if it is of the cloud that is meant; empty if none is.
     *
     * @throws WorkstationFailure if the state belongs to another endpoint or project
     */
    static Optional<InstallationIdentity> kept(Path file, InstallationIdentity wanted) throws IOException {
        Optional<InstallationIdentity> kept = find(file);
        if (kept.isEmpty()) {
            return kept;
        }
        InstallationIdentity found = kept.get();
        if (found.demo != wanted.demo) {
            throw new WorkstationFailure(
                    Reason.STATE_MISMATCH,
                    "the state in %s is %s; name another folder with --state"
                            .formatted(
                                    file.getParent(),
                                    found.demo ? "a demo's, which the next demo empties" : "no demo's"));
        }
        if (!found.endpoint.equals(wanted.endpoint) || !found.project.equals(wanted.project)) {
            throw new WorkstationFailure(
                    Reason.STATE_MISMATCH,
                    "the state in %s was made against %s, project %s (asked for: %s, project %s); name another folder with --state"
                            .formatted(
                                    file.getParent(), found.endpoint, found.project, wanted.endpoint, wanted.project));
        }
        return kept;
    }

    /** Identity of one resource: the same for as long as this state lives, another one in every other installation. */
    String uid(String namespace, String name) {
        return Hashes.sha256(cluster + "/" + namespace + "/" + name).substring(0, 32);
    }
}
