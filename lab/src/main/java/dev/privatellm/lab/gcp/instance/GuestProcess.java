// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A machine's software as a process of its own. It has no environment of ours, so that no credentials of the workstation reach it; its standard input is a
 * pipe from here that ends when this process does, however that ends.
 */
final class GuestProcess {

    /** How often the power-off file is looked for; a path unit of systemd would tell at once. */
    private static final long WATCH_MILLIS = 50;

    /** For a guest that writes down its classes at its end. */
    private static final Duration RECORDING_GRACE = Duration.ofMinutes(1);

    private static final List<String> KEPT = List.of("PATH", "HOME", "TMPDIR", "LANG", "SYSTEMROOT");

    private final Process process;
    private final Path powerOffFile;

    private GuestProcess(Process process, Path powerOffFile) {
        this.process = process;
        this.powerOffFile = powerOffFile;
    }

    static GuestProcess start(
            List<String> command, Map<String, String> environment, Path powerOffFile, SerialLog serial)
            throws IOException {
        Files.deleteIfExists(powerOffFile);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().retainAll(KEPT);
        builder.environment().putAll(environment);
        Process process = builder.start();
        Thread.ofVirtual().name("serial-" + process.pid()).start(() -> serial.drain(process.getInputStream()));
        return new GuestProcess(process, powerOffFile);
    }

    long pid() {
        return process.pid();
    }

    /** Waits until the software has ended, or asks for the machine to be powered off; tells which. */
    String awaitEnd() throws InterruptedException {
        while (!process.waitFor(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
            if (Files.exists(powerOffFile)) {
                return "the guest asked to power off";
            }
        }
        return "the guest ended with " + process.exitValue();
    }

    /** Asks it to end, and takes its power when it has not within the grace. */
    void shutDown(Duration grace) throws InterruptedException {
        process.destroy();
        Duration patience = GuestCommand.isRecording() ? RECORDING_GRACE : grace;
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            cut();
        }
    }

    /** Takes its power. */
    void cut() {
        process.destroyForcibly();
    }
}
