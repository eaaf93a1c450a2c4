// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the cloud writes.
 *
 * @param temporary whether it goes when the cloud does
 */
record LabFolder(Path root, boolean temporary) implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LabFolder.class);

    static LabFolder open(Optional<Path> wanted) throws IOException {
        Path root = wanted.isPresent()
                ? Files.createDirectories(wanted.get()).toAbsolutePath()
                : Files.createTempDirectory("private-llm-lab");
        Files.createDirectories(root.resolve("machines"));
        return new LabFolder(root, wanted.isEmpty());
    }

    Path credentials() {
        return root.resolve("credentials.json");
    }

    Path journal() {
        return root.resolve("journal.jsonl");
    }

    Path machines() {
        return root.resolve("machines");
    }

    @Override
    public void close() throws IOException {
        if (temporary && Files.exists(root)) {
            List<Path> paths;
            try (Stream<Path> walk = Files.walk(root)) {
                paths = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : paths) {
                try {
                    Files.deleteIfExists(path);
                } catch (DirectoryNotEmptyException e) {
                    log.debug("A machine that lost its power still wrote to {}", path, e);
                }
            }
        }
    }
}
