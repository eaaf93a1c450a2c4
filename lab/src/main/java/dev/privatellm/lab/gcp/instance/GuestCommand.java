// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import dev.privatellm.guest.GuestLaunch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line that runs the real guest with this process's own Java and class path. A terminal sends Ctrl-C to everything that was started from it; the
 * machine is elsewhere, as far as its user can tell, so its process is deaf to that (an ignored signal stays ignored over {@code exec}, and Java leaves it
 * so) and hears of the end from who pulls its cord.
 */
public final class GuestCommand {

    private static final List<String> DEAF = List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "guest");

    private GuestCommand() {}

    /** Program and arguments. */
    public static List<String> ofThisProcess() {
        String classPath = System.getProperty("java.class.path");
        List<String> command = new ArrayList<>(DEAF);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(GuestLaunch.jvmFlags());
        command.addAll(List.of("-cp", classPath, PowerCord.class.getName()));
        return command;
    }
}
