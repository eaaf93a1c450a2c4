// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How a program of somebody else ended that was run as a script would: no terminal, standard input at its end.
 *
 * @param exit its exit code
 */
record Tool(int exit, String out, String err) {

    /**
     * Runs one to its end.
     *
     * @param home where it has its output, and its home folder
     * @throws AssertionError if it has not ended in time; it is killed then
     */
    static Tool run(Path home, Duration atMost, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        var out = Files.createTempFile(home, "tool", ".out");
        var err = Files.createTempFile(home, "tool", ".err");
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().putAll(environment);
        var process = builder.start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        "%s still runs after %s:\n%s".formatted(command, atMost, Files.readString(err)));
            }
            return new Tool(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }
}
