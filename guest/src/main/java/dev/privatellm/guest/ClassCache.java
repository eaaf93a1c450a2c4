// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file of this program's classes, loaded and linked once so that a start need not do it again: Java's ahead-of-time cache (JEP 483, 514 and 515). One run records what it loads,
 * another makes the file from the record, every later start uses it. All three take the same flags and class path otherwise, and the class path is of jars: Java refuses folders.
 *
 * <p>A file that another Java made, that is cut short or that is none is passed over by Java without a word; the start takes the time that the file would have saved. Whether the jars are
 * still the same, Java does not ask before 25.0.4 (JDK-8377932) and would run the old program: the file's name therefore says of which jars it is.
 */
public final class ClassCache {
    /** What is passed over is nobody's business: the serial console stays clean. */
    private static final List<String> SILENT = List.of("-Xlog:aot*=off", "-Xlog:cds*=off");

    private static final int NAME_DIGITS = 16;

    private ClassCache() {}

    /**
     * The file of exactly these jars and this Java, whether it is there or not.
     *
     * @throws IOException if a jar is not there
     */
    public static Path file(Path folder, List<Path> classPath) throws IOException {
        StringBuilder contents = new StringBuilder(System.getProperty("java.vm.version"));
        for (Path jar : classPath) {
            contents.append('\n').append(jar.getFileName()).append(' ').append(Files.size(jar));
            contents.append(' ').append(Files.getLastModifiedTime(jar).toMillis());
        }
        return folder.resolve("guest-" + digest(contents.toString()) + ".aot");
    }

    /** Flags of a start that uses a cache. */
    public static List<String> using(Path cache) {
        return flags("-XX:AOTCache=" + cache);
    }

    /** Flags of a run that writes, when it ends in order, a record of what it loaded. */
    public static List<String> recording(Path record) {
        return flags("-XX:AOTMode=record", "-XX:AOTConfiguration=" + record);
    }

    /** Flags of a run that makes a cache of a record; it starts no program and ends with 0 if the cache is complete. */
    public static List<String> making(Path record, Path cache) {
        return flags("-XX:AOTMode=create", "-XX:AOTConfiguration=" + record, "-XX:AOTCache=" + cache);
    }

    private static List<String> flags(String... flags) {
        return Stream.concat(Stream.of(flags), SILENT.stream()).toList();
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, NAME_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
