// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.cli.workstation.Workstation;
import dev.privatellm.cli.workstation.WorkstationOptions;
import dev.privatellm.machine.power.PowerRequests;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * A workstation that runs for one wish and then ends, as {@code serve} does: with the machine asleep and its firewall closed. It is how {@code up} and {@code
 * down} work where nobody serves.
 *
 * @param folder state folder
 * @param talk where people read what is going on
 */
record Errand(PrivateLlm document, Path folder, CloudOption google, PrintWriter talk) {
    /** Nobody is told of this address, and only this computer reaches it. */
    private static final String HOST = "127.0.0.1";

    /**
     * Runs until the wish is fulfilled, or is known not to be; after a signal the process ends elsewhere, in order.
     *
     * @param reached phases in which the wish is fulfilled
     * @return the exit code
     */
    int run(PowerRequests wish, Set<String> reached) {
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
        var end = new OrderlyEnd(
                () -> {
                    workstation.stop();
                    cloud.close();
                },
                ExitCodes.INTERRUPTED);
        var waiting = new Waiting(reached, talk);
        var over = new CountDownLatch(1);
        workstation.watch(progress -> {
            if (waiting.isOver(progress.phase().word(), progress.message())) {
                over.countDown();
            }
        });
        int ended = end.after(over::await);
        return ended == ExitCodes.DONE ? waiting.exitCode() : ended;
    }
}
