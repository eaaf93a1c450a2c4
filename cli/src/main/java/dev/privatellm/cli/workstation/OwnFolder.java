// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import com.sun.security.auth.module.UnixSystem;
import dev.privatellm.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A folder beside those of other users, such as in {@code /tmp}: whoever comes first makes it, so before it is used it has to be a folder, not a link to one,
 * that belongs to this user and that nobody else may enter. What is in it is then this user's own.
 */
final class OwnFolder {
    private static final String RIGHTS = "rwx------";

    private OwnFolder() {}

    /** Number of this user, for names. */
    static long user() {
        return new UnixSystem().getUid();
    }

    /** Makes the folder if it is not there, and checks it. */
    static void establish(Path folder) throws IOException {
        DurableFile.folder(folder);
        require(folder);
    }

    /**
     * Checks a folder.
     *
     * @throws WorkstationFailure if it is not this user's alone
     */
    static void require(Path folder) throws IOException {
        PosixFileAttributes found = Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        boolean isOurs = found.isDirectory()
                && PosixFilePermissions.toString(found.permissions()).equals(RIGHTS)
                && Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                        .equals((int) user());
        if (!isOurs) {
            throw new WorkstationFailure(
                    Reason.STATE_UNWRITABLE,
                    "%s is not a folder of yours alone (mode %s, expected: %s); remove it, or set XDG_RUNTIME_DIR to a folder of your own"
                            .formatted(folder, PosixFilePermissions.toString(found.permissions()), RIGHTS));
        }
    }
}
