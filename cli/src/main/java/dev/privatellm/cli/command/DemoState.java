// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.cli.workstation.StatePlaces;
import dev.privatellm.cli.workstation.WorkstationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The state of a demo, which means nothing once its emulator has ended: each demo begins with an empty folder. */
final class DemoState {
    private DemoState() {}

    /**
     * Empties what an earlier demo left, and nothing else.
     *
     * @throws WorkstationFailure if a process uses the folder, or if it holds anything but the state of a rehearsal
     */
    static void clear(Path folder) {
        if (StatePlaces.ofThisProcess().running(Optional.of(folder)).isPresent()) {
            throw new WorkstationFailure(
                    Reason.STATE_IN_USE,
                    "another demo is running on %s; stop it, or use --state DIR".formatted(folder));
        }
        try {
            if (!Files.exists(folder) || isEmpty(folder)) {
                return;
            }
            if (!isRehearsal(folder)) {
                throw new WorkstationFailure(
                        Reason.STATE_MISMATCH,
                        "%s holds something else than the state of a demo; use another folder with --state DIR"
                                .formatted(folder));
            }
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    if (!file.equals(folder)) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        } catch (IOException failure) {
            throw new WorkstationFailure(
                    Reason.STATE_UNWRITABLE, "%s cannot be used: %s".formatted(folder, failure.getMessage()), failure);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static boolean isRehearsal(Path folder) throws IOException {
        var identity = folder.resolve("identity.json");
        try {
            return Files.exists(identity)
                    && JsonMapper.shared()
                            .readTree(Files.readString(identity))
                            .path("endpoint")
                            .stringValue("")
                            .startsWith("http://127.0.0.1:");
        } catch (JacksonException notOurs) {
            return false;
        }
    }
}
