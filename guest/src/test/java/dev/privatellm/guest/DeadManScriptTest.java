// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What root does when a guest does not: the script that a timer of the machine runs, with files of a machine's shape, on one that came up at 1000 s of its kernel's uptime. */
@EnabledOnOs(OS.LINUX)
class DeadManScriptTest {
    private static final Path SCRIPT = Path.of("install", "dead-man.sh");

    @TempDir
    private Path root;

    private Path off;

    @BeforeEach
    void make() throws IOException {
        off = root.resolve("off");
        Path systemctl = write("programs/systemctl", "#!/bin/sh\necho \"$*\" >>'" + off + "'\n");
        Files.setPosixFilePermissions(systemctl, PosixFilePermissions.fromString("rwxr-xr-x"));
        write("proc/1/stat", "1 (a name ) S) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 100042 9 9 9\n");
        Files.createDirectories(root.resolve("run/private-llm-dead-man"));
    }

    private Path write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private void kept(String line) throws IOException {
        write("run/private-llm/dead-man", line + "\n");
    }

    private void configured(int deadMan, int grace) throws IOException {
        write(
                "run/private-llm-install/config.json",
                "{\"deadManSeconds\": %d, \"firstBootGraceSeconds\": %d}".formatted(deadMan, grace));
    }

    private void hasModel() throws IOException {
        write("var/lib/private-llm-engine/models/manifests/registry/library/tiny/1b", "{}");
    }

    /** Runs the script at this uptime. */
    private boolean switchesOffAt(int uptime) throws Exception {
        write("proc/uptime", uptime + ".25 12.50\n");
        ProcessBuilder script = new ProcessBuilder("bash", SCRIPT.toString(), root.toString()).inheritIO();
        script.environment().put("PATH", root.resolve("programs") + ":/usr/bin:/bin");
        assertThat(script.start().waitFor()).isZero();
        boolean isOff = Files.deleteIfExists(off);
        return isOff;
    }

    private void isOffAt(int uptime) throws Exception {
        assertThat(switchesOffAt(uptime - 1)).as("a second earlier").isFalse();
        assertThat(switchesOffAt(uptime)).isTrue();
    }

    @Test
    @DisplayName(
            "P2 a guest that hangs or crashes again and again is given a quarter of a minute to switch off, then root does it")
    void doesWhatTheGuestDidNot() throws Exception {
        kept("1200 later 2100");
        isOffAt(2115);
    }

    @Test
    void aGuestThatMayStayOnForEverStays() throws Exception {
        kept("1200 later never");
        assertThat(switchesOffAt(1_000_000)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "nonsense",
        "'1200 later'",
        "'1200 later 99999999999999999999'",
        "'1200 later 999999999'",
        "'none first -5'"
    })
    @DisplayName("P2 what no guest can have written counts as if there had been none")
    void garbageIsNoGuest(String line) throws Exception {
        configured(600, 1800);
        kept(line);
        isOffAt(2800);
    }

    @Test
    @DisplayName("P2 a first boot whose guest never came up ends after its grace, counted from the boot")
    void aFirstBootWithoutAGuest() throws Exception {
        configured(600, 2400);
        isOffAt(3400);
        hasModel();
        assertThat(switchesOffAt(3399)).as("the model came in this boot").isFalse();
        assertThat(root.resolve("run/private-llm-dead-man/boot")).hasContent("1000 first\n");
    }

    @Test
    @DisplayName("P2 a later boot whose guest never came up ends after the dead man's time")
    void aLaterBootWithoutAGuest() throws Exception {
        configured(600, 2400);
        hasModel();
        isOffAt(1600);
    }

    @Test
    @DisplayName("P2 a machine that could not even read its configuration ends by what is usual")
    void withoutAConfiguration() throws Exception {
        isOffAt(2800);
    }

    @Test
    void zeroNeverSwitchesOff() throws Exception {
        configured(0, 1800);
        assertThat(switchesOffAt(1_000_000)).isFalse();
    }
}
