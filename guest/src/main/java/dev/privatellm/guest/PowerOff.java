// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Asks for the machine to be switched off, by creating a file that a unit of the system watches: this program has no right to do it itself. */
final class PowerOff {
    private final Path file;
    private final Journal journal;

    PowerOff(Path file, Journal journal) {
        this.file = file;
        this.journal = journal;
    }

    /** Asks, if nobody has yet. A failure is told and may be repaired by asking again. */
    void request(String reason) {
        try {
            Files.createFile(file);
            journal.say("asking for power-off: " + reason);
        } catch (FileAlreadyExistsException e) {
            // asked before
        } catch (IOException e) {
            journal.say("cannot ask for power-off: " + e.getClass().getSimpleName());
        }
    }
}
