// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HolderTest {
    @TempDir
    private Path home;

    private Path folder;

    @BeforeEach
    void anInstallation() throws IOException {
        folder = Files.createDirectories(home.resolve("state"));
        Files.writeString(folder.resolve("identity.json"), "{}");
    }

    @Test
    @DisplayName("C9 a folder is the same holder whenever it is asked, and a copy of it is another one")
    void aCopyIsAnotherHolder() throws IOException {
        Path copy = Files.createDirectories(home.resolve("copy"));
        Files.copy(folder.resolve("identity.json"), copy.resolve("identity.json"));

        assertThat(Holder.of(folder)).isEqualTo(Holder.of(folder)).matches("[0-9a-f]{32}");
        assertThat(Holder.of(copy)).isNotEqualTo(Holder.of(folder));
    }

    @Test
    @DisplayName("C9 a folder that is put back from a backup in the place of the first is another holder")
    void aRestoredFolderIsAnotherHolder() throws IOException {
        String before = Holder.of(folder);
        Files.move(folder, home.resolve("kept"));
        Files.createDirectories(folder);
        Files.copy(home.resolve("kept/identity.json"), folder.resolve("identity.json"));

        assertThat(Holder.of(folder)).isNotEqualTo(before);
    }

    @Test
    @DisplayName("a folder that was written anew goes on in the name of the lost one, and a copy of it does not")
    void inheritsForItselfOnly() throws IOException {
        Holder.inherit(folder, "lost-one");
        Path copy = Files.createDirectories(home.resolve("copy"));
        Files.copy(folder.resolve("identity.json"), copy.resolve("identity.json"));
        Files.copy(folder.resolve("holder"), copy.resolve("holder"));

        assertThat(Holder.of(folder)).isEqualTo("lost-one");
        assertThat(Holder.of(copy)).isNotEqualTo("lost-one");
    }
}
