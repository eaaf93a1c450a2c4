// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.controller.link.LinkFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The link of a resource as files. {@code link} is a symbolic link to a folder of one generation, and changing over is one rename: nobody ever reads a
 * certificate of one generation with the key or the pin of another.
 */
final class LinkFolder {
    private static final String LINK = "link";
    private final Path resource;
    private long generation = -1;

    LinkFolder(Path resource) {
        this.resource = resource;
    }

    /** Replaces the link's documents: within a generation only {@code link.json} changes. */
    void write(long newGeneration, Map<String, byte[]> files) throws IOException {
        Path folder = resource.resolve(LINK + "." + newGeneration);
        if (newGeneration == generation) {
            byte[] document = files.get(LinkFiles.LINK);
            if (document != null) {
                DurableFile.write(folder.resolve(LinkFiles.LINK), document);
            }
            return;
        }
        DurableFile.folder(folder);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            DurableFile.write(folder.resolve(file.getKey()), file.getValue());
        }
        Path next = resource.resolve(LINK + ".new");
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, folder.getFileName());
        Files.move(next, resource.resolve(LINK), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        DurableFile.force(resource);
        generation = newGeneration;
        removeOthers(folder);
    }

    private void removeOthers(Path current) throws IOException {
        List<Path> others;
        try (Stream<Path> entries = Files.list(resource)) {
            others = entries.filter(entry -> entry.getFileName().toString().startsWith(LINK + ".")
                            && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                            && !entry.equals(current))
                    .toList();
        }
        for (Path other : others) {
            try (Stream<Path> files = Files.list(other)) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(other);
        }
    }
}
