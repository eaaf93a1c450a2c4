// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The state folder of a demo. What is in it means nothing once its emulator has ended, so each demo begins by emptying it: only under the folder's lock, only
 * if its identity says that it is a demo's, and only what a workstation puts there. A folder that is anything else is not touched at all.
 */
final class DemoFolder {
    private static final String IDENTITY = "identity.json";

    /** What a demo leaves, the identity last: as long as anything is left, so is the mark that it may be thrown away. */
    private static final List<String> CONTENT = List.of("effects.jsonl", "ledger", "resources", IDENTITY);

    /** What is there before there is an identity, all of it without content. */
    private static final Set<String> BEGINNINGS = Set.of("format", "lock", "ledger", "resources", "control.sock");

    private DemoFolder() {}

    /**
     * Opens and empties the folder.
     *
     * @throws WorkstationFailure if it is in use, cannot be written, or holds anything but the state of a demo
     */
    static StateFolder open(Path root) throws IOException {
        requireDemo(root);
        StateFolder folder = StateFolder.open(root);
        try {
            // Once more, now that nobody else writes there.
            requireDemo(root);
            for (String name : CONTENT) {
                delete(root.resolve(name));
            }
            DurableFile.folder(folder.ledger());
            DurableFile.folder(root.resolve("resources"));
            return folder;
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static void requireDemo(Path root) throws IOException {
        boolean isDemo = InstallationIdentity.find(root.resolve(IDENTITY))
                .map(InstallationIdentity::demo)
                .orElseGet(() -> isUnused(root));
        if (!isDemo) {
            throw new WorkstationFailure(
                    Reason.STATE_MISMATCH,
                    "%s holds something else than the state of a demo and was left as it is; use another folder with --state DIR"
                            .formatted(root));
        }
    }

    private static boolean isUnused(Path root) {
        try (Stream<Path> entries = Files.exists(root) ? Files.list(root) : Stream.empty()) {
            return entries.allMatch(
                    entry -> BEGINNINGS.contains(String.valueOf(entry.getFileName())) && !isFolderWithContent(entry));
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static boolean isFolderWithContent(Path entry) {
        if (!Files.isDirectory(entry)) {
            return false;
        }
        try (Stream<Path> inside = Files.list(entry)) {
            return inside.findAny().isPresent();
        } catch (IOException unreadable) {
            return true;
        }
    }

    /** Links are removed, not followed. */
    private static void delete(Path tree) throws IOException {
        if (Files.notExists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
