// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.Policies;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.cli.workstation.Workstation;
import dev.privatellm.cli.workstation.WorkstationFailure;
import dev.privatellm.cli.workstation.WorkstationOptions;
import dev.privatellm.machine.power.PowerRequests;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A workstation that runs for one wish and then ends, as {@code serve} does: with the machine asleep and its firewall closed. It is how {@code up} and {@code
 * down} work where nobody serves.
 *
 * @param folder state folder
 * @param atMost how long it may take before all ends again; empty = for as long as it takes
 * @param talk where people read what is going on
 */
record Errand(PrivateLlm document, Path folder, CloudOption google, Optional<Duration> atMost, PrintWriter talk) {
    /** Nobody is told of this address, and only this computer reaches it. */
    private static final String HOST = "127.0.0.1";

    /**
     * Wakes the machine, and puts it to sleep again once it serves.
     *
     * @throws WorkstationFailure if the document, its budget or its schedule lets no wish by hand wake it
     */
    int wake(PowerRequests wish, Set<String> reached) {
        if (document.annotations().isPaused()) {
            throw new CommandFailure(
                    ExitCodes.ADMINISTRATOR,
                    "the document is paused, so nothing wakes the machine (expected: no annotation privatellm.dev/paused)");
        }
        requireManaged();
        return run(wish, reached, true);
    }

    /**
     * Runs until the wish is fulfilled, or is known not to be; after a signal the process ends elsewhere, in order.
     *
     * @param reached phases in which the wish is fulfilled
     * @return the exit code
     */
    int run(PowerRequests wish, Set<String> reached) {
        requireManaged();
        return run(wish, reached, false);
    }

    private void requireManaged() {
        if (document.spec().policies().management() == Policies.Management.OBSERVE) {
            throw new CommandFailure(
                    ExitCodes.ADMINISTRATOR,
                    "spec.managementPolicy: Observe (expected: Full, for anything to be made or taken down)");
        }
    }

    private int run(PowerRequests wish, Set<String> reached, boolean isWake) {
        var release = google.release(document);
        var cloud = google.connect(document);
        Workstation workstation;
        try {
            var options = WorkstationOptions.real(document, folder, HOST, 0, cloud.ports(), release, Version.text())
                    .asking(wish);
            workstation = Workstation.start(
                    google.rehearsal().map(options::rehearsing).orElse(options));
        } catch (RuntimeException failure) {
            cloud.close();
            throw failure;
        }
        var isAsleep = new AtomicBoolean();
        var end = new OrderlyEnd(
                () -> {
                    isAsleep.set(workstation.stop());
                    cloud.close();
                },
                ExitCodes.INTERRUPTED);
        var waiting = isWake ? Waiting.forWake(reached, false, talk) : new Waiting(reached, talk);
        var over = new CountDownLatch(1);
        workstation.watch(progress -> {
            if (waiting.isOver(progress.phase().word(), progress.message(), progress.wakeWanted())) {
                over.countDown();
            }
        });
        Optional<WorkstationFailure> refused =
                isWake && workstation.awaitHeard() ? workstation.refusal() : Optional.empty();
        int ended = refused.isPresent()
                ? end.now()
                : end.after(() -> {
                    if (atMost.isEmpty()) {
                        over.await();
                    } else if (!over.await(atMost.get().toNanos(), TimeUnit.NANOSECONDS)) {
                        waiting.giveUp();
                    }
                });
        refused.ifPresent(refusal -> {
            throw refusal;
        });
        if (ended == ExitCodes.DONE && !isAsleep.get()) {
            talk.println(
                    "the cloud has not confirmed yet that the machine has no power and its firewall is closed: 'private-llm down --keep-data' makes sure");
            return ExitCodes.RETRY_LATER;
        }
        return ended == ExitCodes.DONE ? waiting.exitCode() : ended;
    }
}
