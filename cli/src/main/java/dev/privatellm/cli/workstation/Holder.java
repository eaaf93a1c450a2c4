// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * In whose name a state folder claims machines: this folder on this computer. A copy of it, in another place or restored from a backup, is somebody else, so
 * that two who take themselves for the same one do not share a machine. What tells a copy is that the same file is another one there; where Linux names the
 * installation of the system, that is taken in, too.
 */
final class Holder {
    private static final Path SYSTEM = Path.of("/etc/machine-id");
    private static final int DIGITS = 32;

    private Holder() {}

    /** The name, as the value of a label. */
    static String of(Path stateFolder) throws IOException {
        String own = fingerprint(stateFolder);
        Optional<byte[]> inherited = DurableFile.read(file(stateFolder));
        return inherited
                .map(bytes -> new String(bytes, StandardCharsets.US_ASCII).split(" ", 2))
                .filter(words -> words.length == 2 && words[0].equals(own))
                .map(words -> words[1])
                .orElse(own);
    }

    /** Has a folder that was written anew go on in the name of the one that was lost. */
    static void inherit(Path stateFolder, String holder) throws IOException {
        DurableFile.write(
                file(stateFolder),
                "%s %s".formatted(fingerprint(stateFolder), holder).getBytes(StandardCharsets.US_ASCII));
    }

    private static Path file(Path stateFolder) {
        return stateFolder.resolve("holder");
    }

    private static String fingerprint(Path stateFolder) throws IOException {
        String system = Files.isReadable(SYSTEM) ? Files.readString(SYSTEM).strip() : "";
        Object identity = Files.getAttribute(stateFolder.resolve("identity.json"), "unix:ino");
        return Hashes.sha256("%s %s %s".formatted(system, stateFolder.toRealPath(), identity))
                .substring(0, DIGITS);
    }
}
