// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.api.v1alpha1.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
    @TempDir
    Path parent;

    @Test
    void isItsOwnersAlone() throws Exception {
        Path root = parent.resolve("a").resolve("b");
        try (StateFolder folder = StateFolder.open(root)) {
            assertThat(rights(root)).isEqualTo("rwx------");
            assertThat(root.resolve("format")).hasContent("1");
            assertThat(rights(folder.resource("default", "mine"))).isEqualTo("rwx------");
        }
    }

    @Test
    void aFolderThatOthersMayReadIsClosedToThem() throws Exception {
        Files.createDirectory(
                parent.resolve("open"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try (StateFolder folder = StateFolder.open(parent.resolve("open"))) {
            assertThat(rights(folder.root())).isEqualTo("rwx------");
        }
    }

    @Test
    void secondOpenerInTheSameProcessIsRefused() throws Exception {
        try (StateFolder _ = StateFolder.open(parent.resolve("s"))) {
            assertThatThrownBy(() -> StateFolder.open(parent.resolve("s")))
                    .isInstanceOfSatisfying(
                            WorkstationFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.STATE_IN_USE))
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        try (StateFolder again = StateFolder.open(parent.resolve("s"))) {
            assertThat(again.root()).exists();
        }
    }

    @Test
    void folderOfAnotherProcessIsRefusedByItsNumberAndFreeOnceItIsKilled() throws Exception {
        Path root = parent.resolve("s");
        Process holder = holder(root);
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("locked");
            assertThatThrownBy(() -> StateFolder.open(root)).hasMessageContaining("in use by process " + holder.pid());
        } finally {
            holder.destroyForcibly();
        }
        assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
        try (StateFolder free = StateFolder.open(root)) {
            assertThat(free.root()).isEqualTo(root);
        }
    }

    @Test
    void placeThatIsAFileIsRefusedWithItsReason() throws Exception {
        Path file = Files.writeString(parent.resolve("file"), "x");
        assertThatThrownBy(() -> StateFolder.open(file.resolve("state")))
                .isInstanceOfSatisfying(
                        WorkstationFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.STATE_UNWRITABLE))
                .hasMessageContaining("--state");
    }

    @Test
    void anotherVersionsFolderIsRefused() throws Exception {
        Path root = Files.createDirectory(parent.resolve("s"));
        Files.writeString(root.resolve("format"), "2");
        assertThatThrownBy(() -> StateFolder.open(root)).hasMessageContaining("format 2 (expected: 1)");
        assertThatThrownBy(() -> StateFolder.open(root))
                .as("the lock was let go")
                .hasMessageContaining("format 2");
    }

    @Test
    void stateOfAnotherEndpointOrProjectIsRefused() throws Exception {
        Path file = parent.resolve("identity.json");
        InstallationIdentity first = establish(file, "google", "p-one");
        assertThat(establish(file, "google", "p-one")).isEqualTo(first);
        for (List<String> other : List.of(List.of("http://127.0.0.1:1", "p-one"), List.of("google", "p-two"))) {
            assertThatThrownBy(() -> establish(file, other.get(0), other.get(1)))
                    .isInstanceOfSatisfying(
                            WorkstationFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.STATE_MISMATCH))
                    .hasMessageContaining("p-one");
        }
    }

    @Test
    void resourceKeepsItsIdentityWithinAnInstallationAndHasAnotherElsewhere() throws Exception {
        InstallationIdentity here = establish(parent.resolve("a.json"), "google", "p-one");
        InstallationIdentity there = establish(parent.resolve("b.json"), "google", "p-one");
        assertThat(here.uid("default", "mine"))
                .isEqualTo(here.uid("default", "mine"))
                .matches("[0-9a-f-]+");
        assertThat(here.uid("default", "mine")).isNotEqualTo(there.uid("default", "mine"));
        assertThat(here.uid("default", "mine")).isNotEqualTo(here.uid("default", "other"));
    }

    @Test
    void generationCountsChangesOfTheDocument() throws Exception {
        Path file = parent.resolve("spec.json");
        assertThat(SpecGeneration.of(file, List.of("a"))).isEqualTo(1);
        assertThat(SpecGeneration.of(file, List.of("a"))).isEqualTo(1);
        assertThat(SpecGeneration.of(file, List.of("b"))).isEqualTo(2);
    }

    private static InstallationIdentity establish(Path file, String endpoint, String project) throws Exception {
        return InstallationIdentity.establish(file, InstallationIdentity.random(endpoint, project, false), () -> {});
    }

    private static String rights(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static Process holder(Path root) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(java, "-cp", classes, FolderHolder.class.getName(), root.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Locks a folder and says so; ends when it is killed. */
    static final class FolderHolder {
        private FolderHolder() {}

        public static void main(String[] arguments) throws Exception {
            try (StateFolder folder = StateFolder.open(Path.of(arguments[0]))) {
                System.out.write("locked\n".getBytes(StandardCharsets.US_ASCII));
                System.out.flush();
                Thread.currentThread().join();
                folder.root();
            }
        }
    }
}
