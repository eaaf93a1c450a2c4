// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * One process of {@code private-llm}, started with the Java, the flags and the jars that {@code ./private-llm} starts it with; only the check for stale
 * sources is left out. It has no terminal, its standard input is at its end, and its output goes to files, so that it never waits for a reader.
 *
 * <p>{@code -Dprivate-llm.lib=FOLDER} tests the jars of another folder.
 */
final class Program {
    /** For whatever takes a process, not a machine, to come about; long, because tests share their cores. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String JAVA_IN_SCRIPT = "exec \"$JAVA_HOME/bin/java\"";

    private final String title;
    private final Process process;
    private final Path out;
    private final Path err;
    private final boolean isEmulator;

    private Program(String title, Process process, Path out, Path err, boolean isEmulator) {
        this.title = title;
        this.isEmulator = isEmulator;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts one.
     *
     * @param folder where it has its home folders and its output; {@code title} is unique in it
     */
    static Program start(Path folder, String title, Map<String, String> environment, List<String> arguments)
            throws IOException {
        Path out = folder.resolve(title + ".out");
        Path err = folder.resolve(title + ".err");
        var builder = new ProcessBuilder(
                        Stream.concat(command().stream(), arguments.stream()).toList())
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeIf(name ->
                        name.startsWith("PRIVATE_LLM_") || name.startsWith("GOOGLE_") || name.startsWith("GCE_"));
        builder.environment().put("XDG_STATE_HOME", folder.resolve("state-home").toString());
        builder.environment()
                .put("XDG_CONFIG_HOME", folder.resolve("config-home").toString());
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        return new Program(title, process, out, err, arguments.getFirst().equals("lab"));
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Sends SIGKILL and waits for the end. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Ends it, whatever it does. An emulator is asked first: it has machines and a folder of its own to clear away. */
    void end() {
        if (isEmulator && isAlive()) {
            terminate();
            try {
                process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException late) {
                System.err.println(title + " does not end: " + late);
            }
        }
        kill();
    }

    /** The processes that it has started and that still run. */
    List<ProcessHandle> children() {
        return process.children().toList();
    }

    /** Waits for its end and returns the exit code. */
    int awaitExit(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("%s still runs after %s".formatted(title, atMost));
        }
        return process.exitValue();
    }

    /** Waits for the first whole line on standard output. */
    String awaitLine() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> out().contains("\n") || !isAlive());
        return out().lines().findFirst().orElseThrow(() -> new AssertionError(title + " ended:\n" + err()));
    }

    /** Everything it said, for the report of a failed test. */
    String log() {
        return "==== %s (pid %d, %s)\n%s%s"
                .formatted(title, process.pid(), isAlive() ? "running" : "exit " + process.exitValue(), out(), err());
    }

    private static List<String> command() throws IOException {
        Path lib = Path.of(System.getProperty(
                "private-llm.lib", ROOT.resolve("cli/target/private-llm/lib").toString()));
        if (!Files.isDirectory(lib)) {
            throw new IllegalStateException(lib + " is missing: package the module cli first");
        }
        String script = Files.readString(ROOT.resolve("private-llm"));
        int from = script.indexOf(JAVA_IN_SCRIPT) + JAVA_IN_SCRIPT.length();
        var flags = script.substring(from, script.indexOf("-cp", from))
                .replace('\\', ' ')
                .strip();
        return Stream.of(
                        Stream.of(Path.of(System.getProperty("java.home"), "bin", "java")
                                .toString()),
                        Stream.of(flags.split("\\s+")),
                        Stream.of("-cp", lib + "/*", "dev.privatellm.cli.Main"))
                .flatMap(part -> part)
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
