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

    private static final int DONE = 0;
    private static final int NOT_MADE = 1;
    private static final int INVALID = 2;

    private GuestCache() {}

    /** Takes the record as its only argument. Ends with 0 if the cache is in its place. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 1) {
            System.err.println("argument: the record of a guest");
            System.exit(INVALID);
        }
        Path cache = GuestCommand.cache()
                .orElseThrow(() -> new IOException("a cache is of jars, and this program does not run from jars"));
        System.exit(make(Path.of(arguments[0]), cache) ? DONE : NOT_MADE);
    }

    private static boolean make(Path record, Path cache) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(cache.getParent());
        Path unfinished = folder.resolve(cache.getFileName() + ".new");
        int exit = new ProcessBuilder(GuestCommand.java(ClassCache.making(record, unfinished)))
                .inheritIO()
                .start()
                .waitFor();
        if (exit != 0 || !Files.isRegularFile(unfinished)) {
            Files.deleteIfExists(unfinished);
            return false;
        }
        Files.move(unfinished, cache, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        for (Path former : others(folder, cache)) {
            Files.deleteIfExists(former);
        }
        return true;
    }

    private static List<Path> others(Path folder, Path cache) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("guest-") && !file.equals(cache))
                    .toList();
        }
    }
}
