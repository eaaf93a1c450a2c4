// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import dev.privatellm.guest.ClassCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the cache that {@link GuestCommand} starts the guest from, of what a guest has recorded under {@link GuestCommand#RECORD}, and removes those of
 * former jars. The cache appears whole or not at all.
 */
public final class GuestCache {

    private GuestCache() {}

    /** Whether guests start from a cache. */
    public static boolean isThere() {
        return GuestCommand.cache().filter(Files::isRegularFile).isPresent();
    }

    /**
     * Makes the cache; blocks for some seconds. Others may do the same at the same time.
     *
     * @param record what a guest has recorded
     * @throws IOException if it could not be made; guests start without one then
     */
    public static void make(Path record) throws IOException, InterruptedException {
        Path cache = GuestCommand.cache()
                .orElseThrow(() -> new IOException("a cache is of jars, and this program does not run from jars"));
        Path folder = Files.createDirectories(cache.getParent());
        Path unfinished = Files.createTempFile(folder, "unfinished-", ".aot");
        try {
            int exit = new ProcessBuilder(GuestCommand.java(ClassCache.making(record, unfinished)))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (exit != 0 || Files.size(unfinished) == 0) {
                throw new IOException("Java ended with %d and made none of %s".formatted(exit, record));
            }
            Files.move(unfinished, cache, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        for (Path former : others(folder, cache)) {
            Files.deleteIfExists(former);
        }
    }

    private static List<Path> others(Path folder, Path cache) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("guest-") && !file.equals(cache))
                    .toList();
        }
    }
}
