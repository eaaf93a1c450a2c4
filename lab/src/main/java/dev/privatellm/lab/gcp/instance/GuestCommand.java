// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import dev.privatellm.guest.ClassCache;
import dev.privatellm.guest.GuestLaunch;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command line that runs the real guest with this process's own Java and, of its class path, what the guest needs. A terminal sends Ctrl-C to everything
 * that was started from it; the machine is elsewhere, as far as its user can tell, so its process is deaf to that (an ignored signal stays ignored over
 * {@code exec}, and Java leaves it so) and hears of the end from who pulls its cord.
 *
 * <p>Where the folder {@code cache} beside that of our jars holds a {@link ClassCache} of these jars, the guest starts from it; {@link GuestCache} makes it.
 */
public final class GuestCommand {

    /** System property that names a file: a guest records its classes there instead of starting from a cache. */
    public static final String RECORD = "private-llm.guest.record";

    private static final List<String> DEAF = List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "guest");

    private GuestCommand() {}

    /** Program and arguments. */
    public static List<String> ofThisProcess() {
        List<String> command = new ArrayList<>(DEAF);
        command.addAll(java(classFlags()));
        command.add(PowerCord.class.getName());
        return command;
    }

    /** Whether guests record their classes. */
    static boolean isRecording() {
        return System.getProperty(RECORD) != null;
    }

    /** Java with the guest's flags and class path, and no program yet. */
    static List<String> java(List<String> classFlags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(GuestLaunch.jvmFlags());
        command.addAll(classFlags);
        command.add("-cp");
        command.add(classPath().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        return command;
    }

    private static List<String> classFlags() {
        return Optional.ofNullable(System.getProperty(RECORD))
                .map(record -> ClassCache.recording(Path.of(record)))
                .or(() -> cache().filter(Files::isRegularFile).map(ClassCache::using))
                .orElse(List.of());
    }

    /** Where the cache of the guest's classes is or would be; empty where we do not run from jars. */
    static Optional<Path> cache() {
        try {
            Optional<Path> jars = ownJar().map(Path::getParent);
            return jars.isEmpty()
                    ? Optional.empty()
                    : Optional.of(ClassCache.file(jars.get().resolveSibling("cache"), classPath()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<Path> classPath() {
        List<Path> ours = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        // The power cord is not the guest's: it is how a process stands in for a machine.
        return ownJar().map(cord -> Stream.concat(Stream.of(cord), GuestLaunch.classPath(ours).stream())
                        .distinct()
                        .toList())
                .orElse(ours);
    }

    private static Optional<Path> ownJar() {
        try {
            Path source = Path.of(GuestCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Optional.of(source).filter(Files::isRegularFile);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
