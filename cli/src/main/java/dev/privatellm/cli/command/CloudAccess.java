// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.wiring.GoogleConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** How commands come to the cloud: by the key file that the environment names, else by the user's own credentials. */
final class CloudAccess {
    private static final String CREDENTIALS = "GOOGLE_APPLICATION_CREDENTIALS";

    private CloudAccess() {}

    /** @param endpoint an emulator in place of Google */
    static GoogleConnection connect(String project, Optional<URI> endpoint) {
        var credentials = Optional.ofNullable(System.getenv(CREDENTIALS))
                .filter(path -> !path.isEmpty())
                .map(Path::of);
        try {
            return GoogleConnection.open(project, endpoint, credentials);
        } catch (IllegalArgumentException unusable) {
            throw new CommandFailure(
                    ExitCodes.ADMINISTRATOR, unusable.getMessage() + "\nSee docs/errors/CredentialsRejected.md");
        }
    }
}
