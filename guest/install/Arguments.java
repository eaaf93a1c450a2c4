// SPDX-License-Identifier: Apache-2.0
import dev.privatellm.guest.GuestLaunch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prints the argument file that the guest of an archive is started with: the flags and the jars that the guest itself names, so that a machine in the cloud starts it as a rehearsal does.
 * The paths are relative to the archive's own folder.
 *
 * <p>Run from its source by archive.sh: {@code java -cp LIB/* Arguments.java LIB}
 */
final class Arguments {
    private Arguments() {}

    public static void main(String[] args) throws java.io.IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(Path.of(args[0]))) {
            jars = files.map(Path::getFileName).toList();
        }
        List<String> lines = new ArrayList<>(GuestLaunch.jvmFlags());
        // Netty looks here before it unpacks a library into a temporary folder, and there is none that programs may be run from.
        lines.add("-Djava.library.path=native");
        lines.add("-cp");
        lines.add(GuestLaunch.classPath(jars).stream().map(jar -> "lib/" + jar).collect(Collectors.joining(":")));
        lines.add(GuestLaunch.mainClass());
        lines.forEach(System.out::println);
    }
}
