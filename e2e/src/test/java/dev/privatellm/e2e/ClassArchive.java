// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The twenty thousand classes that a process of {@code private-llm} loads, parsed and linked once for all processes of this module (Java's class data
 * sharing). A rehearsal that lives a whole life makes it; it stays among the build's products and is made again when a jar has changed. The same rehearsal
 * records what a guest loads, for the cache that guests start from. Without either everything works as well, only slower.
 */
final class ClassArchive {
    private static final Path FOLDER = Path.of("target").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    /** The JVM says on standard output when it does not like its archive; that is no output of ours. */
    private static final String QUIET = "-Xlog:disable";

    /** A program that runs from the jars, as only such a one can make a cache of them. */
    private static final String MAKE_GUEST_CACHE = """
            void main(String[] record) throws Exception {
                dev.privatellm.lab.gcp.instance.GuestCache.make(java.nio.file.Path.of(record[0]));
            }
            """;

    private static List<String> flags = List.of();

    private ClassArchive() {}

    /** What makes a process use it; whoever asks first makes it, and the others wait for that. */
    static synchronized Stream<String> flags(Path jars) throws IOException {
        if (flags.isEmpty()) {
            var archive = FOLDER.resolve("private-llm-%08x.jsa".formatted(fingerprint(jars)));
            flags = Files.exists(archive) || make(archive)
                    ? List.of(QUIET, "-XX:SharedArchiveFile=" + archive)
                    : List.of(QUIET);
        }
        return flags.stream();
    }

    private static boolean make(Path archive) throws IOException {
        var folder = Files.createTempDirectory("pllm-archive");
        var unfinished = folder.resolve("unfinished.jsa");
        var guest = folder.resolve("guest.record");
        var document = Document.of("class-archive");
        var command = Launch.withFlags(Stream.of(
                "-XX:TieredStopAtLevel=1",
                QUIET,
                "-XX:ArchiveClassesAtExit=" + unfinished,
                "-Dprivate-llm.guest.record=" + guest));
        var rehearsal = Program.start(
                folder,
                "rehearsal",
                command,
                Map.of(),
                List.of(
                        "demo",
                        "--once",
                        "--boot",
                        "0s",
                        "--idle",
                        "1s",
                        "--port",
                        "0",
                        "--state",
                        "demo",
                        "--file",
                        document.write(folder).toString()));
        try {
            if (rehearsal.isOver(PATIENCE) && Files.exists(unfinished)) {
                makeGuestCache(folder, guest);
                removeFormer();
                Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return true;
            }
            System.err.println(
                    "no archive of classes, all starts are slower; the rehearsal for it said:\n" + rehearsal.log());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            rehearsal.end();
            Folders.remove(folder);
        }
    }

    private static void makeGuestCache(Path folder, Path record) throws IOException, InterruptedException {
        var cache = Program.start(
                folder,
                "guest-cache",
                Launch.java(Stream.of(QUIET)),
                Map.of(),
                List.of(
                        Files.writeString(folder.resolve("MakeGuestCache.java"), MAKE_GUEST_CACHE)
                                .toString(),
                        record.toString()));
        try {
            if (!cache.isOver(PATIENCE)) {
                System.err.println("no cache of a guest's classes, its starts are slower:\n" + cache.log());
            }
        } finally {
            cache.end();
        }
    }

    private static void removeFormer() throws IOException {
        try (var files = Files.newDirectoryStream(FOLDER, "private-llm-*.jsa")) {
            for (var former : files) {
                Files.deleteIfExists(former);
            }
        }
    }

    private static int fingerprint(Path jars) throws IOException {
        try (var files = Files.list(jars)) {
            return files.sorted()
                    .map(jar -> jar + " " + jar.toFile().length() + " "
                            + jar.toFile().lastModified())
                    .collect(Collectors.joining("\n"))
                    .hashCode();
        }
    }
}
