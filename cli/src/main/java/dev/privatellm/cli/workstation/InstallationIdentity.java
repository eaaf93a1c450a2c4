// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.privatellm.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who this installation is, and which cloud its state speaks of. Made once; state of one endpoint or project is never used against another, where the same
 * names would mean other machines.
 *
 * @param cluster id of the installation, random
 * @param endpoint the cloud's address, {@code google} for the real one
 * @param project project in it
 */
@JsonPropertyOrder({"schema", "cluster", "endpoint", "project"})
record InstallationIdentity(int schema, String cluster, String endpoint, String project) {
    private static final int SCHEMA = 1;
    private static final JsonMapper JSON = JsonMapper.shared();

    /**
     * Reads the identity, or makes it.
     *
     * @throws WorkstationFailure if the state belongs to another endpoint or project
     */
    static InstallationIdentity establish(Path file, String endpoint, String project) throws IOException {
        Optional<byte[]> content = DurableFile.read(file);
        if (content.isEmpty()) {
            InstallationIdentity made =
                    new InstallationIdentity(SCHEMA, UUID.randomUUID().toString(), endpoint, project);
            DurableFile.write(file, JSON.writeValueAsBytes(made));
            return made;
        }
        InstallationIdentity found;
        try {
            found = JSON.readValue(content.get(), InstallationIdentity.class);
        } catch (JacksonException e) {
            throw new IOException(file + " is damaged", e);
        }
        if (!found.endpoint.equals(endpoint) || !found.project.equals(project)) {
            throw new WorkstationFailure(
                    Reason.STATE_MISMATCH,
                    "the state in %s was made against %s, project %s (asked for: %s, project %s); name another folder with --state"
                            .formatted(file.getParent(), found.endpoint, found.project, endpoint, project));
        }
        return found;
    }

    /** Identity of one resource: the same for as long as this state lives, another one in every other installation. */
    String uid(String namespace, String name) {
        return Hashes.sha256(cluster + "/" + namespace + "/" + name).substring(0, 32);
    }
}
