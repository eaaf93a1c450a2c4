// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Signals that Java itself cannot send, and a start in which they are not ignored. */
final class Signals {
    private static final int INT = 2;

    private Signals() {}

    static void send(String name, long pid) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
                .inheritIO()
                .start();
        if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new AssertionError("kill -%s %d failed".formatted(name, pid));
        }
    }

    /**
     * The words to put before a command. A shell without job control starts what goes to its background with SIGINT ignored, and children inherit that: a
     * build that was started so would find its processes deaf to Ctrl-C.
     */
    static List<String> reset() throws IOException {
        var status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return List.of();
        }
        var ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                .findFirst()
                .orElse(0);
        return (ignored & (1L << (INT - 1))) == 0 ? List.of() : List.of("env", "--default-signal=INT");
    }
}
