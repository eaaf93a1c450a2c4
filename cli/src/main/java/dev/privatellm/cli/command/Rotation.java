// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.ControlClient;
import dev.privatellm.cli.workstation.NotedRotation;
import dev.privatellm.machine.power.PowerRequests;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands that rotate have in common: the workstation that runs is asked, else its record is. */
final class Rotation {
    private static final String RECONNECTS =
            "cuts every connection between gateway, controller and machine, and every answer that is running on one."
                    + " They reconnect once the machine has loaded certificates of a new authority, and calls are held until then;"
                    + " a machine that is just booting or draining is stopped instead";

    @Mixin
    private StateOption state = new StateOption();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Rotates keys, certificates and tokens; returns the exit code. */
    int leaves(boolean isSure) {
        if (!isSure
                && isRefused("Gateway, controller and machine change over to other keys, certificates and tokens")) {
            return ExitCodes.INVALID;
        }
        return ask(
                Map.of(),
                PowerRequests.NONE.rotating(UUID.randomUUID().toString()),
                "asked for; gateway and controller change over by themselves, and clients notice nothing");
    }

    /** Rotates the authority, too. */
    int authority(boolean isSure) {
        if (!isSure && isRefused("Gateway, controller and machine change over to another authority in three steps")) {
            return ExitCodes.INVALID;
        }
        return ask(
                Map.of("authority", true),
                PowerRequests.NONE.changingAuthority(
                        new PowerRequests.NewAuthority(UUID.randomUUID().toString(), false)),
                "asked for; a machine that serves is led over in three steps (both trusted, reissued, the old one dropped),"
                        + " shown by 'status -o json' under certificates.authorityChange; clients notice nothing");
    }

    /** Rotates an authority whose key somebody else may have; asks before, unless that is not wanted. */
    int stolenAuthority(boolean isSure) {
        if (!isSure && !Terminal.confirmsThatThis(RECONNECTS)) {
            say("nothing was changed");
            return ExitCodes.INVALID;
        }
        return ask(
                Map.of("authority", true, "compromised", true),
                PowerRequests.NONE.changingAuthority(
                        new PowerRequests.NewAuthority(UUID.randomUUID().toString(), true)),
                "asked for; it " + RECONNECTS);
    }

    /** What nobody notices is asked of people alone: a script that rotates each night has nobody to ask, and nothing to lose. */
    private boolean isRefused(String what) {
        boolean isRefused = Terminal.isThere()
                && !Terminal.confirms(what + "; no answer is cut and no client has to do anything. Go on?", "");
        if (isRefused) {
            say("nothing was changed");
        }
        return isRefused;
    }

    private int ask(Map<String, ?> params, PowerRequests requests, String asked) {
        Optional<Path> socket = state.socketOfRunning();
        if (socket.isPresent()) {
            ControlClient.call(socket.get(), "rotate", params);
            say(asked);
            return ExitCodes.DONE;
        }
        // With nothing to rotate anywhere, what is missing is somebody who runs.
        Path folder = state.known(NotedRotation::isPossible).orElseThrow(state::nobodyRuns);
        boolean isAsleep = NotedRotation.note(folder, requests, Instant.now());
        say(
                "noted in %s: nobody runs there, so the next 'private-llm serve' carries it out%s"
                        .formatted(
                                folder,
                                isAsleep
                                        ? " before it wakes the machine"
                                        : "; by the record the machine has power, and uses the present certificates until then"));
        return ExitCodes.DONE;
    }

    private void say(String line) {
        var talk = command.commandLine().getErr();
        talk.println(line);
        talk.flush();
    }
}
