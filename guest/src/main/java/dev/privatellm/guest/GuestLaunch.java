// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.nio.file.Path;
import java.util.List;

/** How this program's Java is started: small, and quick to listen. */
public final class GuestLaunch {
    private static final String OWN_JAR = "privatellm-guest-";

    /** Beginnings of the names of all jars that this program loads anything from. */
    private static final List<String> JARS = List.of(
            OWN_JAR,
            "privatellm-relay-",
            "jackson-core-",
            "netty-buffer-",
            "netty-codec-base-",
            "netty-common-",
            "netty-handler-",
            "netty-resolver-",
            "netty-tcnative-",
            "netty-transport-");

    private GuestLaunch() {}

    /** Name of the main class. */
    public static String mainClass() {
        return "dev.privatellm.guest.Main";
    }

    /** Flags for the virtual machine, ahead of class path and main class. Both compilers stay on: without the second an RSA key takes three times as long. */
    public static List<String> jvmFlags() {
        return List.of(
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xss512k",
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=256m",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
    }

    /**
     * What this program needs of a larger class path, in an order that does not depend on the other's: each further jar would be looked into at every start. Where this program is not in
     * a jar of its own, everything.
     */
    public static List<Path> classPath(List<Path> larger) {
        List<Path> own = larger.stream()
                .filter(jar -> JARS.stream().anyMatch(jar.getFileName().toString()::startsWith))
                .sorted()
                .toList();
        boolean isInJar =
                own.stream().anyMatch(jar -> jar.getFileName().toString().startsWith(OWN_JAR));
        return isInJar ? own : List.copyOf(larger);
    }
}
