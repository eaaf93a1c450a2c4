// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.util.List;

/** How this program's Java is started: small, and quick to listen. */
public final class GuestLaunch {
    private GuestLaunch() {}

    /** Name of the main class. */
    public static String mainClass() {
        return "dev.privatellm.guest.Main";
    }

    /** Flags for the virtual machine, ahead of class path and main class. */
    public static List<String> jvmFlags() {
        return List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-Xss512k",
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=256m",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
    }
}
