// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The processes of one test, or of one test class, in a folder of their own. When a test fails, everything they said is printed. At the end they are ended,
 * last one first, and the folder is removed.
 */
final class Processes implements AfterEachCallback, AfterAllCallback {
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

    /** Their folder. */
    Path folder() throws IOException {
        if (folder == null) {
            folder = Files.createTempDirectory("pllm");
        }
        return folder;
    }

    Program start(String title, Map<String, String> environment, String... arguments) throws IOException {
        var program = Program.start(folder(), started.size() + "-" + title, environment, List.of(arguments));
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
        started.clear();
        if (folder != null) {
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
            folder = null;
        }
    }
}
