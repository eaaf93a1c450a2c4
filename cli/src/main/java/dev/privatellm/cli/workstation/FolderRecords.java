// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.sweep.Claims;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the records of a state folder answer for, read whether anybody runs there or not. While nobody does, nobody can begin to as long as this is open: what
 * a serve had just made would be on no record that was read before.
 */
public final class FolderRecords implements AutoCloseable {
    private static final String GOOGLE = "google";

    private final Path root;
    private final Optional<InstallationIdentity> identity;
    private final @Nullable StateFolder locked;

    private FolderRecords(Path root, Optional<InstallationIdentity> identity, @Nullable StateFolder locked) {
        this.root = root;
        this.identity = identity;
        this.locked = locked;
    }

    /**
     * Opens the records; a folder that is not there, or that nobody has served from, has none.
     *
     * @throws WorkstationFailure if the folder cannot be read
     */
    public static FolderRecords open(Path root) {
        Optional<InstallationIdentity> identity;
        try {
            identity = InstallationIdentity.find(root.resolve("identity.json"));
        } catch (IOException e) {
            throw unreadable(root, e);
        }
        return new FolderRecords(root, identity, identity.isPresent() ? lock(root) : null);
    }

    /** The records of a folder that this process itself serves from. */
    static FolderRecords served(Path root, InstallationIdentity identity) {
        return new FolderRecords(root, Optional.of(identity), null);
    }

    private static @Nullable StateFolder lock(Path root) {
        try {
            return StateFolder.open(root);
        } catch (WorkstationFailure failure) {
            if (failure.reason() == Reason.STATE_IN_USE) {
                return null;
            }
            throw failure;
        }
    }

    /** The project that the records speak of; empty if there are none. */
    public Optional<String> project() {
        return identity.map(InstallationIdentity::project);
    }

    /** The emulator that they speak of; empty for Google itself. */
    public Optional<URI> endpoint() {
        return identity.map(InstallationIdentity::endpoint)
                .filter(endpoint -> !endpoint.equals(GOOGLE))
                .map(URI::create);
    }

    /**
     * What they say at this moment.
     *
     * @throws WorkstationFailure if one of them cannot be read: then nobody knows what is in use
     */
    public Claims read() {
        if (identity.isEmpty()) {
            return Claims.NONE;
        }
        Claims claims = new Claims(
                Optional.of(identity.get().cluster()),
                java.util.Map.of(),
                locked == null,
                identity.get().writtenAnew());
        try {
            for (Path resource : ResourceFolders.all(root)) {
                String folder = String.valueOf(resource.getFileName());
                int dot = folder.indexOf('.');
                PlanState plan = ResourceFolders.record(resource)
                        .orElseThrow(() -> new IOException("there is no record in " + resource));
                if (dot > 0) {
                    claims = claims.with(
                            identity.get().uid(folder.substring(0, dot), folder.substring(dot + 1)),
                            new Claims.Claimant(folder.replaceFirst("[.]", "/"), plan));
                }
            }
            return claims;
        } catch (IOException e) {
            throw unreadable(root, e);
        }
    }

    private static WorkstationFailure unreadable(Path root, Exception cause) {
        return new WorkstationFailure(
                Reason.STATE_UNWRITABLE,
                "the records in %s cannot be read: %s".formatted(root, cause.getMessage()),
                cause);
    }

    @Override
    public void close() {
        if (locked != null) {
            try {
                locked.close();
            } catch (IOException e) {
                throw unreadable(root, e);
            }
        }
    }
}
