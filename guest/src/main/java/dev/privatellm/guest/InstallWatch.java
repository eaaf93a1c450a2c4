// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Follows the file in which the machine's startup script writes down its steps, so that a machine whose installation failed in part says so itself. The script may run before this
 * program, beside it and again after it; it replaces the file, hence what is read is never half a line.
 *
 * <p>Also knows whether what runs here may be replaced in a moment: that is so in the first boot of a configuration, until the script is through.
 */
final class InstallWatch implements Runnable {
    static final Duration PERIOD = Duration.ofSeconds(1);

    /** Longer than any list of steps; what comes after is not looked at. */
    private static final int MOST_BYTES = 16 * 1024;

    private final Path file;
    private final Optional<Path> converged;
    private final CountDownLatch done = new CountDownLatch(1);
    private final GuestStatus status;
    private final Time time;
    private final Journal journal;
    private List<InstallStep> known = List.of();
    private String said = "";

    InstallWatch(Path file, Optional<Path> converged, GuestStatus status, Time time, Journal journal) {
        this.file = file;
        this.converged = converged;
        this.status = status;
        this.time = time;
        this.journal = journal;
    }

    /** Keeps on until interrupted. */
    @Override
    public void run() {
        try {
            while (true) {
                look();
                time.pause(PERIOD);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns at once if the machine was made what this configuration says in an earlier boot, else once the script of this boot is through. */
    void awaitConverged(String configHash) throws InterruptedException {
        if (converged.isPresent() && !isConvergedTo(configHash, converged.get())) {
            status.change(now -> now.at(now.stage(), now.percent(), "the startup script is not through"));
            done.await();
        }
    }

    private static boolean isConvergedTo(String configHash, Path converged) {
        try {
            return Files.readString(converged).strip().equals(configHash);
        } catch (IOException e) {
            return false;
        }
    }

    private void look() {
        List<InstallStep> steps;
        try (var stream = Files.newInputStream(file)) {
            steps = InstallStep.parse(new String(stream.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            sayOnce("steps of the startup script not to be read: "
                    + e.getClass().getSimpleName());
            return;
        }
        if (!steps.equals(known)) {
            steps.stream()
                    .filter(step -> step.exitCode() != 0)
                    .forEach(step ->
                            sayOnce("startup script: step " + step.name() + " failed, exit " + step.exitCode()));
            known = steps;
            status.change(now -> now.withInstall(steps));
            if (!steps.isEmpty() && steps.getLast().name().equals(InstallStep.DONE)) {
                done.countDown();
            }
        }
    }

    private void sayOnce(String event) {
        if (!said.equals(event)) {
            said = event;
            journal.say(event);
        }
    }
}
