// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.ControlClient;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.JsonNode;

/** Asks the running workstation to wake or to sleep, and waits for it if wanted. */
final class ChangePower {
    /** Phases that do not end by waiting at the terminal, and what the shell is told of them; the last line said why. */
    private static final Map<String, Integer> IN_VAIN = Map.of(
            "NoCapacity",
            ExitCodes.RETRY_LATER,
            "AuthError",
            ExitCodes.ADMINISTRATOR,
            "Failed",
            ExitCodes.ADMINISTRATOR);

    private final PrintWriter talk;

    ChangePower(PrintWriter talk) {
        this.talk = talk;
    }

    /**
     * @param method of the control socket
     * @param reached phases in which the wish is fulfilled
     */
    int ask(Path socket, String method, boolean wait, Set<String> reached) {
        ControlClient.call(socket, method);
        if (!wait) {
            return ExitCodes.DONE;
        }
        var last = new String[] {""};
        var phase = new AtomicReference<>("");
        var isOver = ControlClient.watch(socket, progress -> {
            var line = line(progress);
            if (!line.equals(last[0])) {
                talk.println(line);
                talk.flush();
                last[0] = line;
            }
            phase.set(progress.path("phase").stringValue(""));
            return reached.contains(phase.get()) || IN_VAIN.containsKey(phase.get());
        });
        if (!isOver) {
            return ExitCodes.UNREACHABLE;
        }
        return reached.contains(phase.get()) ? ExitCodes.DONE : IN_VAIN.getOrDefault(phase.get(), ExitCodes.INTERNAL);
    }

    private static String line(JsonNode progress) {
        return progress.path("phase").stringValue("") + ": "
                + progress.path("message").stringValue("");
    }
}
