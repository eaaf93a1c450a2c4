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
import org.awaitility.core.ConditionFactory;

/**
 * One process of {@code private-llm}. It has no terminal, its standard input is at its end, and its output goes to files, so that neither side ever waits for
 * the other. Every wait for it has a bound.
 */
final class Program {
    /** For whatever takes a process, not a machine, to come about; long, because tests share their cores. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** For the operating system to carry out a SIGKILL. */
    private static final Duration KILL = Duration.ofSeconds(10);

    private final String title;
    private final Process process;
    private final Path out;
    private final Path err;
    private final boolean hasMachines;

    private Program(String title, Process process, Path out, Path err, boolean hasMachines) {
        this.title = title;
        this.hasMachines = hasMachines;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts one.
     *
     * @param folder where it has its home folders and its output; {@code title} is unique in it
     * @param command see {@link Launch}
     */
    static Program start(
            Path folder, String title, List<String> command, Map<String, String> environment, List<String> arguments)
            throws IOException {
        Path out = folder.resolve(title + ".out");
        Path err = folder.resolve(title + ".err");
        var builder = new ProcessBuilder(Stream.of(Signals.reset(), command, arguments)
                        .flatMap(List::stream)
                        .toList())
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
        return new Program(title, process, out, err, List.of("lab", "demo").contains(arguments.getFirst()));
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

    /** Sends a signal by its name: {@code TERM}, as service managers do, or {@code INT}, as Ctrl-C does. */
    void signal(String name) throws IOException, InterruptedException {
        Signals.send(name, process.pid());
    }

    /** Sends SIGKILL to it and to everything that it has started, and waits for the end. */
    void kill() {
        var tree = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        tree.forEach(ProcessHandle::destroyForcibly);
        tree.forEach(each -> awaitEnd(each, KILL));
    }

    /** Ends it, whatever it does. One with an emulator in it is asked first: it has machines and a folder of its own to clear away. */
    void end() {
        if (hasMachines && isAlive()) {
            terminate();
            awaitEnd(process.toHandle(), PATIENCE);
        }
        kill();
    }

    private void awaitEnd(ProcessHandle each, Duration atMost) {
        try {
            each.onExit().get(atMost.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            System.err.printf("%s: process %d does not end: %s%n", title, each.pid(), late);
        }
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

    /** Whether it ends well in time. */
    boolean isOver(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
    }

    /** Waits for the first whole line on standard output. */
    String awaitLine() {
        patiently().until(() -> out().contains("\n") || !isAlive());
        return out().lines().findFirst().orElseThrow(() -> new AssertionError(title + " ended:\n" + log()));
    }

    /** Everything it said but secrets, for the report of a failed test. */
    String log() {
        return Secrets.redacted("==== %s (pid %d, %s)\n%s%s"
                .formatted(title, process.pid(), isAlive() ? "running" : "exit " + process.exitValue(), out(), err()));
    }

    /** For whatever has to come about soon, on a machine that may be busy. */
    static ConditionFactory patiently() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
