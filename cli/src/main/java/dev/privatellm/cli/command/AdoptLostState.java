// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.cli.workstation.LostState;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Takes back what an installation made whose state folder is lost: the folder is written anew from what the cloud tells. */
final class AdoptLostState {
    private AdoptLostState() {}

    /**
     * Looks, says what would be taken back, asks and writes the folder.
     *
     * @param goneHolder who holds the machine and is known to be gone; empty if nobody is
     * @param next the command that goes on
     * @return the exit code
     */
    static int run(
            PrivateLlm document,
            CloudOption cloud,
            Path stateFolder,
            Optional<String> goneHolder,
            Consent consent,
            String next,
            PrintWriter out) {
        LostState lost;
        try (var connection = cloud.connect(document)) {
            lost = CloudOption.asking(() -> LostState.find(
                            document,
                            connection.ports(),
                            cloud.release(document),
                            cloud.rehearsal(),
                            goneHolder,
                            Instant.now()))
                    .orElseThrow(() -> new CommandFailure(
                            ExitCodes.MISSING,
                            "no machine of project %s serves %s: there is nothing to take back, and '%s' may begin anew"
                                    .formatted(
                                            document.spec().provider().gcp().projectId(), document.metadata(), next)));
        }
        describe(lost, stateFolder, out);
        if (!consent.isGiven("Write the state folder %s anew?".formatted(stateFolder))) {
            return consent.answerWithout();
        }
        lost.keep(stateFolder);
        out.println("taken back; go on with:  " + next);
        return ExitCodes.DONE;
    }

    private static void describe(LostState lost, Path stateFolder, PrintWriter out) {
        out.println("taken back as it is:");
        lost.machine().ifPresent(machine -> out.println("  " + describe(machine)));
        lost.parts()
                .forEach(part -> out.println(
                        "  " + part.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + part.name()));
        out.println("made anew in %s:".formatted(stateFolder));
        out.println(
                "  the certificate authority: its key is lost, and the machine is told with its next wake whom to trust");
        out.flush();
    }

    private static String describe(Instance machine) {
        return "machine %s (%s) with its disk and the models on it%s"
                .formatted(
                        machine.id(),
                        machine.machineType(),
                        machine.status() == InstanceStatus.STOPPED
                                ? ""
                                : "; it has power (%s) and is stopped first, as nobody can reach it any more"
                                        .formatted(machine.rawStatus()));
    }
}
