// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The processes of one test, or of one test class, in a folder of their own. When a test fails, everything they said is printed. At the end they are ended,
 * last one first, with all that they have started, and the folder is removed; if the build itself is ended before, they end with it.
 */
final class Processes implements AfterEachCallback, AfterAllCallback {
    private static final Set<Program> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> ALIVE.forEach(Program::kill), "kill what tests have started"));
    }

    private final boolean perClass;
    private final Deque<Program> started = new ArrayDeque<>();
    private Path folder;

    private Processes(boolean perClass) {
        this.perClass = perClass;
    }

    /** They end with the test; for a field of the instance. */
    static Processes ofTest() {
        return new Processes(false);
    }

    /** They end with the last test of the class; for a static field. */
    static Processes ofClass() {
        return new Processes(true);
    }

    /** Their folder; its path is short, as that of a socket in it has to be. */
    Path folder() throws IOException {
        if (folder == null) {
            folder = Files.createTempDirectory(Path.of("/tmp"), "pllm");
        }
        return folder;
    }

    Program start(String title, Map<String, String> environment, String... arguments) throws IOException {
        return start(Launch.quickly(), title, environment, arguments);
    }

    /** For a test whose subject is the process as its user has it, its start and its size included. */
    Program startAsTheScriptDoes(String title, Map<String, String> environment, String... arguments)
            throws IOException {
        return start(Launch.asTheScriptDoes(), title, environment, arguments);
    }

    /** A line, or lines, as a reader types them into a shell, in {@link #folder()}. */
    Program shell(String script, Map<String, String> environment) throws IOException {
        return start(List.of("/bin/sh", "-c"), "shell", environment, script);
    }

    private Program start(List<String> command, String title, Map<String, String> environment, String... arguments)
            throws IOException {
        var program = Program.start(folder(), started.size() + "-" + title, command, environment, List.of(arguments));
        ALIVE.add(program);
        started.push(program);
        return program;
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (context.getExecutionException().isPresent()) {
            started.descendingIterator().forEachRemaining(program -> System.err.println(program.log()));
        }
        if (!perClass) {
            end();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (perClass) {
            end();
        }
    }

    private void end() throws IOException {
        started.forEach(Program::end);
        started.forEach(ALIVE::remove);
        started.clear();
        if (folder != null) {
            Folders.remove(folder);
            folder = null;
        }
    }
}
