// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.api.v1alpha1.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatePlacesTest {
    private static final Path HOME = Path.of("/home/me");
    private static final Path DEEP = HOME.resolve("d".repeat(120));

    @Test
    void followsXdgAndFallsBackToTheHomeFolder() {
        assertThat(new StatePlaces(Map.of(), HOME).folder("default"))
                .isEqualTo(Path.of("/home/me/.local/state/private-llm/default"));
        assertThat(new StatePlaces(Map.of("XDG_STATE_HOME", "/var/s"), HOME).folder("demo"))
                .isEqualTo(Path.of("/var/s/private-llm/demo"));
        assertThat(new StatePlaces(Map.of("XDG_STATE_HOME", "relative"), HOME).folder("demo"))
                .isEqualTo(Path.of("/home/me/.local/state/private-llm/demo"));
    }

    @TempDir
    Path runtime;

    @Test
    void socketOfADeepFolderIsShort() {
        StatePlaces places = new StatePlaces(Map.of("XDG_RUNTIME_DIR", runtime.toString()), HOME);
        assertThat(places.socket(Path.of("/home/me/s"))).isEqualTo(Path.of("/home/me/s/control.sock"));
        Path deep = Path.of("/home/me").resolve("d".repeat(120));
        assertThat(places.socket(deep).toString())
                .startsWith(runtime + "/private-llm/")
                .endsWith(".sock")
                .hasSizeLessThanOrEqualTo(StatePlaces.MAX_SOCKET_PATH_BYTES);
        assertThat(places.socket(deep)).isNotEqualTo(places.socket(deep.resolveSibling("e".repeat(120))));
    }

    @Test
    @DisplayName("without a runtime folder the socket of a deep folder lies in a folder that carries its user's number")
    void twoUsersDoNotShareAFolder() {
        Path socket = new StatePlaces(Map.of(), HOME).socket(DEEP);

        assertThat(socket.getParent().getFileName()).hasToString("private-llm-" + OwnFolder.user());
    }

    @Test
    @DisplayName(
            "the socket's folder is made for its owner alone; one that others may enter, or a link, is used by neither side")
    void refusesASocketFolderThatOthersMayEnter() throws Exception {
        StatePlaces places = new StatePlaces(Map.of("XDG_RUNTIME_DIR", runtime.toString()), HOME);
        Path folder = places.socketToListenOn(DEEP).getParent();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");

        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertRefused(places);

        Files.delete(folder);
        Path elsewhere = Files.createDirectory(
                runtime.resolve("elsewhere"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createSymbolicLink(folder, elsewhere);
        assertRefused(places);
    }

    private static void assertRefused(StatePlaces places) {
        assertThatThrownBy(() -> places.socketToListenOn(DEEP))
                .isInstanceOfSatisfying(
                        WorkstationFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.STATE_UNWRITABLE))
                .hasMessageContaining("XDG_RUNTIME_DIR");
        assertThatThrownBy(() -> places.running(Optional.of(DEEP))).isInstanceOf(WorkstationFailure.class);
    }
}
