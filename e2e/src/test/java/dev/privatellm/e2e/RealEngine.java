// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Ollama with tiny models, started by {@code e2e/engine/start.sh}: one process for all tests of this module, in a folder of its own, ended with the
 * last of them. Where it has not been built, the test classes that need it are skipped, with one line that says how to build it; where {@code CI} is {@code true},
 * it fails instead.
 */
final class RealEngine implements BeforeAllCallback {
    /** Says "not built", see the script. */
    private static final int NOT_BUILT = 8;

    private static final Path SCRIPT = Path.of("engine", "start.sh").toAbsolutePath();
    private static final Pattern LISTENING = Pattern.compile("Listening on (127\\.0\\.0\\.1:\\d+)");
    private static final Duration END = Duration.ofSeconds(10);

    private Running running;

    /** For a static field of the test class. */
    static RealEngine shared() {
        return new RealEngine();
    }

    /** Where it listens. */
    URI url() {
        return running.url;
    }

    /** The program, which is its own command line as well. */
    Path program() {
        return running.folder.resolve("home").resolve("ollama");
    }

    /** Starts a demo whose machines have it as their engine, with its models {@code tiny} and {@code tiny-embed}. */
    Program demo(Processes processes, Path state, String... more) throws IOException {
        var document = Document.of("real-engine").write(processes.folder());
        return processes.start(
                "demo",
                Map.of(),
                Stream.concat(
                                Stream.of(
                                        "demo",
                                        "--file",
                                        document.toString(),
                                        "--port",
                                        "0",
                                        "--engine",
                                        url().toString(),
                                        "--model",
                                        "tiny",
                                        "--model",
                                        "tiny-embed",
                                        "--state",
                                        state.toString()),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        var store = context.getRoot().getStore(ExtensionContext.Namespace.create(RealEngine.class));
        running = store.computeIfAbsent(Running.class, _ -> Running.start(), Running.class);
        if (running.isMissing()) {
            if (isRequired()) {
                throw new AssertionError(running.log());
            }
            Assumptions.abort(running.log());
        }
    }

    private static boolean isRequired() {
        return "true".equals(System.getenv("CI"));
    }

    /** The process; JUnit closes it after the last test class of the module. */
    private static final class Running implements AutoCloseable {
        private final Path folder;
        private final Process process;
        private URI url = URI.create("http://not-started");

        private Running(Path folder, Process process) {
            this.folder = folder;
            this.process = process;
        }

        static Running start() {
            try {
                var folder = Files.createTempDirectory("pllm-engine");
                var process = new ProcessBuilder(
                                "/bin/sh",
                                SCRIPT.toString(),
                                "0",
                                folder.resolve("home").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
                process.getOutputStream().close();
                var started = new Running(folder, process);
                started.awaitAnswer();
                if (started.isMissing() && !isRequired()) {
                    // Once, not for every class: it is the same for all of them.
                    System.err.println("Tests with a real engine are skipped: " + started.log());
                }
                return started;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean isMissing() {
            return !process.isAlive() && process.exitValue() == NOT_BUILT;
        }

        String log() {
            try {
                return Files.readString(folder.resolve("log")).strip();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void awaitAnswer() {
            await().atMost(Program.PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> LISTENING.matcher(log()).find() || !process.isAlive());
            var listening = LISTENING.matcher(log());
            if (listening.find()) {
                url = URI.create("http://" + listening.group(1));
            } else if (!isMissing()) {
                throw new AssertionError("the real engine has ended:\n" + log());
            }
        }

        @Override
        public void close() throws IOException {
            // Asked first: it ends the processes that it runs its models in.
            List<ProcessHandle> runners = process.descendants().toList();
            process.destroy();
            try {
                process.onExit().get(END.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException late) {
                System.err.println("the real engine does not end: " + late);
            }
            process.destroyForcibly().onExit().join();
            runners.forEach(ProcessHandle::destroyForcibly);
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
