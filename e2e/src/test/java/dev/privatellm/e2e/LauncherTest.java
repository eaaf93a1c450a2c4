// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search for a JDK that {@code ./private-llm} and {@code ./mvnw} share, on machines whose default {@code java} is not the right one. */
class LauncherTest {
    private static final Path SCRIPT =
            Path.of("..", ".mvn", "jdk.sh").toAbsolutePath().normalize();

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void passesOverAnOldDefaultJavaAndFindsTheNewerOne() throws Exception {
        var old = jdk(folder.resolve("old"), "17.0.1");
        var home = folder.resolve("home with a space");
        var newer = jdk(home.resolve(".sdkman/candidates/java/25.0.1-tem"), "25.0.1");

        var found = search(
                SCRIPT,
                Map.of(
                        "PATH",
                        old.resolve("bin") + ":/usr/bin:/bin",
                        "HOME",
                        home.toString(),
                        "JAVA_HOME",
                        old.toString()));

        assertThat(found.exit()).isZero();
        // A JDK 25 of the system itself, where there is one, comes before those of the home folder.
        assertThat(found.output().strip())
                .satisfiesAnyOf(
                        path -> assertThat(path).isEqualTo(newer.toString()),
                        path -> assertThat(path).startsWith("/usr/lib/jvm/"));
        assertThat(found.output()).doesNotContain(old.toString());
    }

    @Test
    void prefersJavaHomeIfItIsNewEnough() throws Exception {
        var mine = jdk(folder.resolve("mine & co"), "26");

        var found =
                search(SCRIPT, Map.of("PATH", "/usr/bin:/bin", "HOME", "/nonexistent", "JAVA_HOME", mine.toString()));

        assertThat(found.output().strip()).isEqualTo(mine.toString());
    }

    @Test
    void followsTheLinkOfAJavacOnThePath() throws Exception {
        var real = jdk(folder.resolve("real"), "25");
        var links = Files.createDirectories(folder.resolve("links"));
        Files.createSymbolicLink(links.resolve("javac"), real.resolve("bin/javac"));

        var found = search(SCRIPT, Map.of("PATH", links + ":/usr/bin:/bin", "HOME", "/nonexistent"));

        assertThat(Path.of(found.output().strip()).toRealPath()).isEqualTo(real.toRealPath());
    }

    @Test
    void saysWhatToInstallWhereThereIsNone() throws Exception {
        // No machine has a JDK 999, so this is the script on a machine without one.
        var demanding = folder.resolve("jdk.sh");
        Files.writeString(demanding, Files.readString(SCRIPT).replace("required_jdk=25", "required_jdk=999"));

        var found = search(demanding, Map.of("PATH", "/usr/bin:/bin", "HOME", "/nonexistent"));

        assertThat(found.exit()).isEqualTo(8);
        assertThat(found.output())
                .contains("needs a JDK 999")
                .contains("Install one:")
                .contains("JAVA_HOME");
    }

    private static Path jdk(Path home, String version) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        for (var program : List.of("java", "javac")) {
            var file = Files.writeString(home.resolve("bin").resolve(program), "#!/bin/sh\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
        return home;
    }

    private record Found(int exit, String output) {}

    private Found search(Path script, Map<String, String> environment) throws Exception {
        var builder = new ProcessBuilder(
                        "/bin/sh", "-c", ". \"$0\" && printf '%s\\n' \"$JAVA_HOME\"", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the search for a JDK does not end");
        }
        return new Found(process.exitValue(), Files.readString(folder.resolve("said")));
    }
}
