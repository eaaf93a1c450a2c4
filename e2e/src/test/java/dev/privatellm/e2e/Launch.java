// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The command line that starts {@code private-llm}: the Java, the flags and the jars of {@code ./private-llm}; only its check for stale sources is left out.
 *
 * <p>{@code -Dprivate-llm.lib=FOLDER} tests the jars of another folder.
 */
final class Launch {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String JAVA_IN_SCRIPT = "exec \"$JAVA_HOME/bin/java\"";

    private Launch() {}

    /** To the letter what the script runs. */
    static List<String> asTheScriptDoes() throws IOException {
        return withFlags(Stream.empty());
    }

    /**
     * The same for processes whose start is not the subject: their classes come from an archive, and the compiler that pays off only after a minute is off.
     * A start then takes a fifth of the work, and this module consists of little else.
     */
    static List<String> quickly() throws IOException {
        return withFlags(Stream.concat(Stream.of("-XX:TieredStopAtLevel=1"), ClassArchive.flags(jars())));
    }

    static List<String> withFlags(Stream<String> more) throws IOException {
        return Stream.concat(java(more).stream(), Stream.of("dev.privatellm.cli.Main"))
                .toList();
    }

    /** The same without a program. */
    static List<String> java(Stream<String> more) throws IOException {
        String script = Files.readString(ROOT.resolve("private-llm"));
        int from = script.indexOf(JAVA_IN_SCRIPT) + JAVA_IN_SCRIPT.length();
        var flags = script.substring(from, script.indexOf("-cp", from))
                .replace('\\', ' ')
                .strip();
        return Stream.of(
                        Stream.of(Path.of(System.getProperty("java.home"), "bin", "java")
                                .toString()),
                        Stream.of(flags.split("\\s+")),
                        more,
                        Stream.of("-cp", jars() + "/*"))
                .flatMap(part -> part)
                .toList();
    }

    /** The repository. */
    static Path root() {
        return ROOT;
    }

    private static Path jars() {
        Path lib = Path.of(System.getProperty(
                "private-llm.lib", ROOT.resolve("cli/target/private-llm/lib").toString()));
        if (!Files.isDirectory(lib)) {
            throw new IllegalStateException(lib + " is missing: package the module cli first");
        }
        return lib;
    }
}
